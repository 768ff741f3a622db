// Finds and reads the configuration file.

import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { AuditError } from '@indelible/log';
import { yamlBytesMax } from './yaml-file.ts';

export interface ConfigFile {
  /** As the user named it; the name that findings carry. */
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

export const defaultFileName = 'indelible.yaml';

/**
 * Reads the file named, or `indelible.yaml` in the working folder if there is one.
 * @throws AuditError `not_found` if the named file is not there, `unavailable` if it cannot be read.
 */
export function readConfigFile(name: string | undefined, workingDir: string): ConfigFile | undefined {
  const path = resolve(workingDir, name ?? defaultFileName);
  try {
    // A size is asked for first, so that a device or a huge file named by mistake is not read into memory.
    const stats = statSync(path);
    const readable = stats.isFile() && stats.size <= yamlBytesMax;
    if (!readable && !stats.isFIFO()) {
      const what = stats.isFile() ? 'is larger than 256KiB: no configuration is' : 'is not a file';
      throw new AuditError('invalid_config', `${name ?? path} ${what}`);
    }
    return { name: name ?? defaultFileName, path, text: readFileSync(path, 'utf8') };
  } catch (error) {
    if (error instanceof AuditError) throw error;
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (missing && name === undefined) return undefined;
    if (missing)
      throw new AuditError('not_found', `there is no configuration file ${name}; \`indelible init\` writes one`);
    throw new AuditError('unavailable', `the configuration file ${name ?? path} cannot be read`, { cause: error });
  }
}
