import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatTree, locationOf, nodesWithin, parseTree } from './syntax-tree.ts';

it.each(['18446744073709551615', '-9223372036854775808', '15000000000.0', '1e-9', '-0.0', '1E+30', '0.1', '7'])(
  'keeps the number %s as it is written',
  (number) => {
    expect(formatTree(parseTree(`{"a":[${number}],"b":{"c":${number}}}`))).toBe(
      `{"a":[${number}],"b":{"c":${number}}}`,
    );
  },
);

it('takes no text for a number, whatever it looks like', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('{"exact":"1"}', '18446744073709551615', '\\"1e400', '"', '{\\"exact\\":\\"12\\"}'),
      ),
      (text) => {
        const tree = { text, inner: { text: [text, `${text}${text}`] } };
        expect(JSON.parse(formatTree(parseTree(JSON.stringify(tree))))).toEqual(tree);
      },
    ),
  );
});

it('finds the first place that is known', () => {
  const tree = parseTree(
    '{"query_location":18446744073709551615,"left":{"query_location":7},"right":{"query_location":3}}',
  );
  expect(locationOf(tree)).toBe(7);
  expect([...nodesWithin(tree)]).toHaveLength(4);
});
