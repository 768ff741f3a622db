// The words that mark a secret: the configured names, and those that always do because commands and connection strings
// carry passwords under them.

const always =
  /passw(?:or)?d|\bpwd\b|passphrase|secret|credential|api_?key|access_?key|private_?key|auth_?token|\bbearer\b/;
/** `postgres://user:password@host` */
const credentialsInUrl = /:\/\/[^\s/@:']*:[^\s/@']*@/;

export interface SecretWords {
  /** Is this, whole, the name of something sensitive? */
  isSensitive(name: string): boolean;
  /** Is it that, or one of the words that always are? For options, settings and named values, not for columns. */
  isSecretOption(name: string): boolean;
  /** Does the text mention such a word, or hold credentials in a URL? */
  mentions(text: string): boolean;
  /** Does a literal or comment look as if it held such a name together with its value? */
  holdsValue(text: string): boolean;
}

export function createSecretWords(sensitive: ReadonlySet<string>): SecretWords {
  const names = [...sensitive].map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const wholeNames = names.length === 0 ? '' : `|(?<![\\p{L}\\p{N}_])(?:${names.join('|')})(?![\\p{L}\\p{N}_])`;
  const pattern = new RegExp(`${always.source}|${credentialsInUrl.source}${wholeNames}`, 'iu');
  return {
    isSensitive: (name) => sensitive.has(name.toLowerCase()),
    isSecretOption: (name) => sensitive.has(lastPart(name)) || always.test(name.toLowerCase()),
    mentions: (text) => pattern.test(text),
    holdsValue: (text) => /[=:'"\d(]/.test(text) && pattern.test(text),
  };
}

/** Settings may be qualified: `myapp.password`. */
function lastPart(name: string): string {
  return name.toLowerCase().slice(name.lastIndexOf('.') + 1);
}
