// Makes text from a log safe to show on a terminal. What an attacker typed as a user name must never move the cursor,
// change a colour or reverse the reading order of the screen of the person who investigates it.

// C0 and C1 controls and DEL; marks that change the direction of text or hide in it; separators and lone surrogates.
const dangerous =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this expression is for.
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu;
const lineBreaksAndTabs = /[\t\n\r]+/g;

/** One line of text without anything that a terminal would obey. Line breaks and tabs become one blank. */
export function sanitize(text: string): string {
  return text.replace(lineBreaksAndTabs, ' ').replace(dangerous, visible);
}

/** The same JSON, with what a terminal would obey written as JSON escapes. It parses to the same value. */
export function sanitizeJson(json: string): string {
  return json.replace(dangerous, escaped);
}

/** The Unicode control pictures show what stood there: ESC becomes ␛. */
function visible(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '␡';
  return escaped(character);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
