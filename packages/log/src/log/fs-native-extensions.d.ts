// The one function that we use of a package that ships no types.
declare module 'fs-native-extensions' {
  /** Takes an exclusive OS lock on the whole file without waiting. Returns false if another process holds it. */
  export function tryLock(fd: number): boolean;
}
