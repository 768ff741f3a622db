import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layFile, Settings } from './settings.ts';
import { readYaml } from './yaml-file.ts';

const words = [
  'audit',
  'log',
  'gateway',
  'level',
  'events',
  'exclude',
  'security',
  'signing',
  'alerts',
  'retention',
  'true',
  'minimal',
  '30d',
  '100MB',
  '${X}',
  '${',
  '&a',
  '*a',
  '<<',
  '!!map',
  '- ',
  ': ',
  ':\n  ',
  '\n',
  '{',
  '}',
  '[',
  ']',
  ',',
  '"',
  "'",
  '|\n',
  '? ',
  '#',
  '\t',
  '__proto__',
  'constructor',
];

const yamlLike = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 5, unit: 'binary' })), {
  maxLength: 40,
});

describe('a configuration file of any content', () => {
  it('is read or reported, each finding with a place in the text', () => {
    fc.assert(
      fc.property(yamlLike, (parts) => {
        const text = parts.join('');
        const findings = layFile(new Settings('/'), { name: 'f', path: '/f' }, readYaml(text, { X: 'x' }));
        for (const { source, message } of findings) {
          expect(source).toMatch(/^f:[1-9]\d*:[1-9]\d*$/);
          expect(message).not.toBe('');
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('is never taken for right when it holds a key that is none', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1, maxLength: 12 }), fc.jsonValue(), { minKeys: 1 }),
        (inner) => {
          const text = JSON.stringify({
            audit: Object.fromEntries(Object.entries(inner).map(([k, v]) => [`x_${k}`, v])),
          });
          expect(layFile(new Settings('/'), { name: 'f', path: '/f' }, readYaml(text, {}))).not.toEqual([]);
        },
      ),
    );
  });
});
