/**
 * The parts of the style below `assets/style`, a concept each, in the order in which they are joined into the one file that pages link to:
 * those for narrow screens come last, and override the others.
 */
export const STYLE_PARTS = [
  'colours',
  'base',
  'tones',
  'frame',
  'filter',
  'board',
  'chips',
  'release',
  'timeline',
  'facts',
  'opening',
  'steps',
  'measurements',
  'narrow',
  'middling',
] as const
