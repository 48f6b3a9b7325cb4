/** A line with what hangs below it. */
export interface Branch {
  text: string
  branches?: readonly Branch[]
}

/** A tree of lines, as `kubectl argo rollouts get` draws it. Every line ends with a line feed. */
export function formatTree({ text, branches = [] }: Branch): string {
  return `${text}\n${branches.map((branch, at) => grow(branch, '', at === branches.length - 1)).join('')}`
}

function grow({ text, branches = [] }: Branch, indent: string, isLast: boolean): string {
  const below = `${indent}${isLast ? '   ' : '│  '}`
  const grown = branches.map((branch, at) => grow(branch, below, at === branches.length - 1))
  return `${indent}${isLast ? '└─ ' : '├─ '}${text}\n${grown.join('')}`
}
