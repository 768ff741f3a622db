// jq and ripgrep as answerers: what a person has at hand for a folder of JSON lines, run over the segments themselves.

import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import type { QueryLog } from './query-log.ts';
import type { Answer, Answerer, Questions } from './query-questions.ts';

const run = promisify(execFile);
const outputBytesMax = 64 * 2 ** 20;

/** Those of the two that are installed, and the names of those that are not. */
export function findPrograms(log: QueryLog, questions: Questions): { found: Answerer[]; missing: string[] } {
  const all = { jq: jqAnswerer(log, questions), rg: ripgrepAnswerer(log, questions) };
  const names = Object.keys(all) as (keyof typeof all)[];
  const isThere = (name: string) => spawnSync(name, ['--version']).status === 0;
  return {
    found: names.filter(isThere).map((name) => all[name]),
    missing: names.filter((name) => !isThere(name)),
  };
}

/** Runs a program; an exit status of 1 says that nothing was found. */
async function linesOf(program: string, programArguments: readonly string[]): Promise<Answer> {
  try {
    const { stdout } = await run(program, programArguments, { maxBuffer: outputBytesMax });
    return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.trim()]));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 1) return [];
    throw error;
  }
}

/** The twenty most frequent lines of a program's output, as a shell is asked for them. */
function mostFrequent(program: string, programArguments: readonly string[]): Promise<Answer> {
  const pipeline = '"$0" "$@" | LC_ALL=C sort | uniq -c | LC_ALL=C sort -k1,1nr -k2,2 | head -n 20';
  return linesOf('sh', ['-c', pipeline, program, ...programArguments]);
}

function jqAnswerer({ files }: QueryLog, { actor, from, to, text }: Questions): Answerer {
  const values = { actor, from, to, text };
  const variables = Object.entries(values).flatMap(([name, value]) => ['--arg', name, value]);
  const argumentsOf = (program: string) => ['-r', ...variables, program, ...files];
  const selection = 'select(.actor.user_id == $actor and .timestamp >= $from and .timestamp < $to) | .event_id';
  return {
    name: 'jq',
    isSlow: true,
    ask: {
      selective: () => linesOf('jq', argumentsOf(selection)),
      top: () => mostFrequent('jq', argumentsOf('.actor.user_id | strings')),
      substring: async () => {
        const found = await linesOf('jq', argumentsOf('select(.operation.query // "" | contains($text)) | .seq'));
        return [String(found.length)];
      },
    },
  };
}

function ripgrepAnswerer({ files }: QueryLog, { actor, from, text }: Questions): Answerer {
  const argumentsOf = (...options: string[]) => ['--no-filename', '--no-line-number', ...options, ...files];
  const cut = (pattern: string) => argumentsOf('--only-matching', '--replace', '$1', pattern);
  const day = from.slice(0, 'yyyy-mm-dd'.length);
  // Fields have one order in every line, and a quote within a value has a backslash before it.
  const record = `"event_id":"([^"]+)","timestamp":"${day}T.*"actor":\\{"user_id":"${literally(actor)}"`;
  return {
    name: 'rg',
    ask: {
      selective: () => linesOf('rg', cut(record)),
      top: () => mostFrequent('rg', cut('"actor":\\{"user_id":"([^"]*)"')),
      substring: async () => {
        const counts = await linesOf('rg', argumentsOf('--count', '--fixed-strings', text));
        return [String(counts.reduce((sum, count) => sum + Number(count), 0))];
      },
    },
  };
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
