// The composition root: configuration in, running parts out.

import { AuditError } from '@indelible/log';
import type { Config } from './config/config.ts';

export async function runSystem(_config: Config): Promise<void> {
  throw new AuditError('unavailable', 'serve is being built');
}
