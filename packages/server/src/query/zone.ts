// Decides by its zone whether a stretch can hold anything of what a statement asks for, so that its file need not be
// opened.

import type { Stretch } from './index/stretch.ts';
import type { Bounds } from './sql/bounds.ts';

/** False only where no record of the stretch lies within the bounds. */
export function mayHold({ first, end, zone }: Pick<Stretch, 'first' | 'end' | 'zone'>, bounds: Bounds): boolean {
  const { timeFrom, timeTo, seqFrom, seqTo, eventTypes, users } = bounds;
  if (seqFrom !== undefined && end <= seqFrom) return false;
  if (seqTo !== undefined && first > seqTo) return false;
  if (timeFrom !== undefined && zone.to !== undefined && zone.to < timeFrom) return false;
  if (timeTo !== undefined && zone.from !== undefined && zone.from > timeTo) return false;
  if (eventTypes !== undefined && !zone.eventTypes.some((type) => eventTypes.has(type))) return false;
  return users === undefined || zone.users === undefined || zone.users.some((user) => users.has(user));
}
