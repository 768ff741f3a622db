// Finds the folder in which the embedded PostgreSQL lives: the one asked for, or, where the server's OS user cannot
// reach that one (as root, below a folder of mode 0700), one under /var/lib/indelible to which a symbolic link is left.

import fs from 'node:fs';
import path from 'node:path';
import type { OsUser } from './os-user.ts';

const fallbackParent = '/var/lib/indelible';

export function findRoot(wanted: string, osUser: OsUser): string {
  if (!fs.existsSync(wanted)) {
    fs.rmSync(wanted, { force: true }); // a link whose target is gone
    fs.mkdirSync(path.dirname(wanted), { recursive: true, mode: 0o700 });
    if (isReachable(path.dirname(wanted), osUser)) fs.mkdirSync(wanted, { mode: 0o700 });
    else fs.symlinkSync(makeFallback(path.basename(wanted)), wanted);
  }
  const root = fs.realpathSync(wanted);
  fs.chmodSync(root, 0o700);
  osUser.own(root);
  return root;
}

/** Whether the OS user may pass through this folder and all above it. */
export function isReachable(folder: string, osUser: OsUser): boolean {
  for (let at = fs.realpathSync(folder); ; at = path.dirname(at)) {
    if (!osUser.mayEnter(fs.statSync(at))) return false;
    if (at === path.dirname(at)) return true;
  }
}

function makeFallback(name: string): string {
  fs.mkdirSync(fallbackParent, { recursive: true, mode: 0o755 });
  return fs.mkdtempSync(path.join(fallbackParent, `${name}-`));
}
