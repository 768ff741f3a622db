// The names under which page and script know the elements, and the part of the DOM that the script uses: described
// here so that the program itself is not compiled as if it ran in a browser.

export const elementIds = {
  fields: 'fields',
  unreadable: 'unreadable',
  line: 'line',
  restore: 'restore',
  key: 'key',
  verify: 'verify',
  verdict: 'verdict',
  title: 'verdict-title',
  text: 'verdict-text',
  steps: 'steps',
  proof: 'proof',
} as const;

type ElementIds = typeof elementIds;
type TextAreaId = ElementIds['line' | 'key'];
type LinkId = ElementIds['proof'];

export interface PageDocument {
  createElement(tag: string): PageElement;
  getElementById(id: TextAreaId): PageTextArea;
  getElementById(id: LinkId): PageLink;
  getElementById(id: Exclude<ElementIds[keyof ElementIds], TextAreaId | LinkId>): PageElement;
}

export interface PageElement {
  className: string;
  hidden: boolean;
  textContent: string | null;
  addEventListener(type: 'click' | 'input', listener: () => void): void;
  append(...children: PageElement[]): void;
  replaceChildren(...children: PageElement[]): void;
  setAttribute(name: string, value: string): void;
}

export interface PageTextArea extends PageElement {
  /** What the page was written with. */
  readonly defaultValue: string;
  value: string;
}

export interface PageLink extends PageElement {
  readonly href: string;
}
