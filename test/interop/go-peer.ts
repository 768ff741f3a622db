// Runs the Go program beside this file, which knows notes and trees from an implementation that is not ours.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const goCommand = 'go';

/** One request to the Go program; `main.go` says which fields each `op` reads. Hashes are base64. */
export interface GoRequest {
  readonly op:
    | 'generateKey'
    | 'openNote'
    | 'signNote'
    | 'hashRecord'
    | 'checkRecord'
    | 'checkTree'
    | 'proveRecord'
    | 'proveTree'
    | 'treeHash';
  readonly name?: string;
  readonly text?: string;
  readonly note?: string;
  readonly vkeys?: readonly string[];
  readonly skeys?: readonly string[];
  readonly recordText?: string;
  readonly leaf?: string;
  readonly leaves?: readonly string[];
  readonly index?: number;
  readonly size?: number;
  readonly root?: string;
  readonly oldSize?: number;
  readonly oldRoot?: string;
  readonly proof?: readonly string[];
}

/** What was asked for, or `error`. */
export interface GoAnswer {
  readonly error?: string;
  readonly text?: string;
  readonly note?: string;
  /** `name+hash` of each key whose signature is good. */
  readonly signers?: readonly string[];
  readonly unknown?: number;
  readonly skey?: string;
  readonly vkey?: string;
  readonly proof?: readonly string[];
  readonly root?: string;
  readonly leafHash?: string;
}

export interface GoPeer {
  /** Answers in the order of the requests. */
  ask(requests: readonly GoRequest[]): GoAnswer[];
  remove(): void;
}

/** Why the suite cannot run here, or undefined if it can. */
export function reasonWithoutGo(): string | undefined {
  const found = spawnSync(goCommand, ['version'], { encoding: 'utf8' });
  return found.status === 0 ? undefined : 'go is not on PATH';
}

/**
 * Builds the program into a folder of its own. The first time on a machine, Go downloads the one module that it needs.
 */
export function buildGoPeer(): GoPeer {
  const dir = mkdtempSync(join(tmpdir(), 'indelible-interop-'));
  const program = join(dir, 'peer');
  execFileSync(goCommand, ['build', '-buildvcs=false', '-o', program, '.'], {
    cwd: join(import.meta.dirname, 'go'),
    stdio: 'pipe',
  });
  return {
    ask: (requests) => {
      const output = execFileSync(program, { input: JSON.stringify(requests), maxBuffer: 2 ** 28 });
      const answers: GoAnswer[] = JSON.parse(output.toString());
      return answers;
    },
    remove: () => rmSync(dir, { recursive: true }),
  };
}
