// Every way of tampering with a log's files that we know, each as a small object. The drill shows them to a user on a
// copy of the user's own log; a test holds that verification finds each of them, and where.

import type { Attack } from './attack.ts';
import { chainAttacks } from './chain-attacks.ts';
import { fileAttacks } from './file-attacks.ts';
import { lineAttacks } from './line-attacks.ts';

export const attacks: readonly Attack[] = [...lineAttacks, ...chainAttacks, ...fileAttacks];
