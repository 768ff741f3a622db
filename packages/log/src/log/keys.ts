// The root key of a log: `<data>/keys/signing.key` (or a file named by the configuration) and its public half beside
// it. A rotation puts the new key at `signing.key.next` first; it takes the old one's place once the log says so.

import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Disk, nodeDisk } from '../base/disk.ts';
import { AuditError } from '../base/errors.ts';
import {
  createSigner,
  formatSigningKey,
  generateSigningKey,
  parseSigningKey,
  type Signer,
} from '../integrity/signer.ts';

export interface KeyFiles {
  /** The private key, PKCS#8 PEM. */
  readonly keyFile: string;
  readonly nextKeyFile: string;
  /** The public half as a vkey, one line. */
  readonly vkeyFile: string;
}

export function keyFilesOf(dataDir: string, keyFile = join(dataDir, 'keys', 'signing.key')): KeyFiles {
  return { keyFile, nextKeyFile: `${keyFile}.next`, vkeyFile: join(dataDir, 'keys', 'signing.vkey') };
}

/**
 * Makes a key for `origin` where there is none. Returns whether it did.
 * @throws AuditError `unavailable` if the file cannot be made.
 */
export function createKeyFile({ keyFile }: KeyFiles): boolean {
  if (existsSync(keyFile)) return false;
  try {
    mkdirSync(dirname(keyFile), { recursive: true, mode: 0o700 });
    nodeDisk.replaceFile(keyFile, Buffer.from(formatSigningKey(generateSigningKey())));
  } catch (cause) {
    throw new AuditError('unavailable', `cannot make the signing key ${keyFile}: ${messageOf(cause)}`, { cause });
  }
  return true;
}

/**
 * Reads a signing key.
 * @throws AuditError `not_found` if there is none, `invalid_key` if it is no key or others may read it.
 */
export function readKeyFile(keyFile: string, origin: string): Signer {
  let text: string;
  try {
    text = readFileSync(keyFile, 'utf8');
  } catch (cause) {
    throw new AuditError('not_found', `cannot read the signing key ${keyFile}: ${messageOf(cause)}`, { cause });
  }
  if (process.platform !== 'win32' && (statSync(keyFile).mode & 0o077) !== 0) {
    throw new AuditError('invalid_key', `others can read the signing key ${keyFile}: run "chmod 600 ${keyFile}"`);
  }
  return parseSigningKey(text, origin);
}

/** The name in the vkey beside the key: a log's origin, known before any line of it is read. */
export function readVkey({ vkeyFile }: KeyFiles): string | undefined {
  return existsSync(vkeyFile) ? readFileSync(vkeyFile, 'utf8').trim() : undefined;
}

export function writeVkey({ vkeyFile }: KeyFiles, vkey: string, disk: Disk = nodeDisk): void {
  disk.makeDirectory(dirname(vkeyFile));
  disk.replaceFile(vkeyFile, Buffer.from(`${vkey}\n`));
  chmodSync(vkeyFile, 0o644);
}

/** Makes the key of a rotation, durable before the log is told of it. */
export function createNextKey({ nextKeyFile }: KeyFiles, origin: string): string {
  const key = generateSigningKey();
  nodeDisk.replaceFile(nextKeyFile, Buffer.from(formatSigningKey(key)));
  return createSigner(origin, key).vkey;
}

/** Puts the next key in the present one's place, once the log trusts it. */
export function promoteNextKey(files: KeyFiles, vkey: string): void {
  nodeDisk.rename(files.nextKeyFile, files.keyFile);
  nodeDisk.syncDirectory(dirname(files.keyFile));
  writeVkey(files, vkey);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
