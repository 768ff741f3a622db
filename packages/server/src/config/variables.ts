// `${VAR}` and `${VAR:-default}` in the text of a configuration. `$ip` and `$1` without braces are no variables: alert
// conditions are full of them. `$${` stands for `${` itself.

export interface Substitution {
  readonly text: string;
  /** The variables whose values went into the text. */
  readonly variables: readonly string[];
  readonly problems: readonly string[];
}

const reference = /\$(\$?)\{([^}]*)(\}?)/g;
const name = /^([A-Za-z_][A-Za-z0-9_]*)(?::-([\s\S]*))?$/;

export function substituteVariables(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): Substitution {
  const variables: string[] = [];
  const problems: string[] = [];
  const replaced = text.replace(reference, (whole, escaped: string, inside: string, end: string) => {
    if (escaped !== '') return whole.slice(1);
    const match = end === '' ? null : name.exec(inside);
    if (match === null) {
      problems.push('"${" begins no variable: write ${NAME} or ${NAME:-default}, or $${ for the characters themselves');
      return whole;
    }
    const [, variable = '', fallback] = match;
    // An empty variable is as good as none, as it is for `:-` in a shell.
    const value = environment[variable] || fallback;
    if (value === undefined) {
      problems.push(`the variable ${variable} is not set; set it, or write \${${variable}:-default}`);
      return whole;
    }
    variables.push(variable);
    return value;
  });
  return { text: replaced, variables, problems };
}
