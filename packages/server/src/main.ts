// The program's entry: runs the verb that the arguments name and turns errors into exit codes.

import { reportError } from './commands/exit-code.ts';
import { buildProgram } from './commands/program.ts';

/** Runs `indelible` with `args`, without the node and script names. Sets `process.exitCode`; never throws. */
export async function main(args: readonly string[]): Promise<void> {
  endQuietlyOnClosedPipe(process.stdout);
  endQuietlyOnClosedPipe(process.stderr);
  try {
    await buildProgram().parseAsync(args.map(asArgument), { from: 'user' });
  } catch (error) {
    process.exitCode = reportError(error, process.stderr, process.env.INDELIBLE_DEBUG === '1');
  }
}

/** A statement may begin with a comment: that is no option. */
function asArgument(text: string): string {
  return /^--\s/.test(text) ? ` ${text}` : text;
}

/** `indelible search | head` closes the pipe when it has seen enough: that is no error. */
function endQuietlyOnClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(process.exitCode ?? 0);
  });
}
