// What the stream that a command writes to can show: a person's terminal has a width and colours, a pipe has neither.

import pc from 'picocolors';

export type Colours = ReturnType<typeof pc.createColors>;

export interface Screen {
  /** True when a person is looking; a pipe or a file gets plain text, whole and without colour. */
  readonly isTerminal: boolean;
  /** Columns of the terminal; Infinity for a pipe, where nothing is ever cut. */
  readonly width: number;
  readonly colours: Colours;
}

/** The part of a stream that tells whether it is a terminal. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Reads what a stream can show, now: ask again after a resize. */
export function screenOf(stream: Output, env: NodeJS.ProcessEnv = process.env): Screen {
  const isTerminal = stream.isTTY === true;
  return {
    isTerminal,
    width: isTerminal ? stream.columns || 80 : Number.POSITIVE_INFINITY,
    colours: pc.createColors(wantsColour(isTerminal, env)),
  };
}

/** `FORCE_COLOR` and `NO_COLOR` as the two conventions have it; `NO_COLOR` wins, `FORCE_COLOR=0` is a no. */
function wantsColour(isTerminal: boolean, env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return isTerminal && env.TERM !== 'dumb';
}
