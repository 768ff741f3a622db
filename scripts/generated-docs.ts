// The documents that are made from code: where each stands, and what makes it.

import { renderConfigDocs } from '../packages/server/src/config/docs.ts';
import { renderEventDocs } from './event-docs.ts';

/** By path from the repository's root. */
export const generatedDocs: Readonly<Record<string, () => string>> = {
  'docs/config.md': renderConfigDocs,
  'docs/events.md': renderEventDocs,
};
