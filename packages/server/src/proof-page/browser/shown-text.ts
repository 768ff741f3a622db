// Text from a log as a person is shown it, and back. Characters that are invisible, or that change the order in which
// others are read, are written out as ⟨U+202E⟩, so that a record cannot look like another one; nothing is lost by it.
// Line feeds and tabs stay: a statement is read with them, and a line of the log holds none.
// Runs in the page and in the program that makes the page.

// An opening bracket is written out too, so that no text of a record can pass for a character that was written out.
const hidden = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}⟨]/gu;
const writtenOut = /⟨U\+([0-9A-F]{4,6})⟩/g;
const codePointMax = 0x10ffff;

export function showText(text: string): string {
  return text.replace(hidden, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

/** The text that {@link showText} was given. */
export function readShownText(shown: string): string {
  return shown.replace(writtenOut, (whole, digits: string) => {
    const code = Number.parseInt(digits, 16);
    return code > codePointMax ? whole : String.fromCodePoint(code);
  });
}
