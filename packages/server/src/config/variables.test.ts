import { describe, expect, it } from 'vitest';
import { substituteVariables } from './variables.ts';

describe('substituteVariables', () => {
  it('replaces set variables and says which', () => {
    const { text, variables, problems } = substituteVariables('https://${HOST}:${PORT}/', { HOST: 'a', PORT: '1' });
    expect({ text, variables, problems }).toEqual({ text: 'https://a:1/', variables: ['HOST', 'PORT'], problems: [] });
  });

  it('takes the default of a variable that is unset or empty', () => {
    expect(substituteVariables('${A:-x}${B:-}', { A: '' }).text).toBe('x');
  });

  it('reports an unset variable by name', () => {
    expect(substituteVariables('a ${SECRET_KEY} b', {}).problems).toEqual([expect.stringContaining('SECRET_KEY')]);
    expect(substituteVariables('${EMPTY}', { EMPTY: '' }).problems).toHaveLength(1);
  });

  it('leaves $ip, $1, a lone $ and dollar quotes alone', () => {
    const text = 'actor.ip_address = $ip AND $1 $ $$ MATCH (n) $$';
    expect(substituteVariables(text, { ip: 'no' })).toEqual({ text, variables: [], problems: [] });
  });

  it('does not replace inside what it replaced', () => {
    expect(substituteVariables('${A}', { A: '${B}', B: 'no' }).text).toBe('${B}');
  });

  it('writes ${ for $${', () => {
    expect(substituteVariables('$${A}', { A: 'x' }).text).toBe('${A}');
  });

  it.each(['${}', '${1A}', '${A B}', '${A', '${A:+x}'])('reports %s as no variable', (text) => {
    expect(substituteVariables(text, { A: 'x' }).problems).toHaveLength(1);
  });
});
