import { expect, test } from 'vitest';
import { pageStyle } from './page-style.ts';

type Palette = ReadonlyMap<string, string>;

/** The custom properties of the first `:root` behind a text. */
function paletteBehind(text: string): Palette {
  const root = pageStyle.slice(pageStyle.indexOf(text)).match(/:root \{([^}]*)\}/)?.[1] ?? '';
  return new Map([...root.matchAll(/--([a-z-]+): (#[0-9a-f]{6})/g)].map(([, name, colour]) => [name!, colour!]));
}

/** Relative luminance, as WCAG 2 defines it. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(one: string, other: string): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter! + 0.05) / (darker! + 0.05);
}

const pairs = [
  ['ink', 'page'],
  ['ink', 'card'],
  ['ink', 'code'],
  ['ink', 'good-card'],
  ['ink', 'bad-card'],
  ['soft', 'page'],
  ['soft', 'card'],
  ['accent', 'card'],
  ['on-accent', 'accent'],
  ['good', 'good-card'],
  ['good', 'bad-card'],
  ['bad', 'bad-card'],
  ['bad', 'card'],
] as const;

test.each([
  ['light', ':root'],
  ['dark', 'prefers-color-scheme: dark'],
])('text can be read in %s colours', (_, place) => {
  const palette = paletteBehind(place);
  const tooFaint = pairs.filter(([text, behind]) => !(contrast(palette.get(text)!, palette.get(behind)!) >= 4.5));
  expect(tooFaint).toEqual([]);
});

test('black on white has the contrast that WCAG gives it', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
});
