/** A node of the syntax tree, as far as it is looked at here (ESTree with TypeScript's nodes). */
export interface Node {
  type: string
  start: number
  end: number
  operator?: string
  left?: Node
  right?: Node
  argument?: Node
  test?: Node
  consequent?: Node
  alternate?: Node | null
  callee?: Node
  object?: Node
  property?: Node
  computed?: boolean
  name?: string
  value?: unknown
  elements?: readonly unknown[]
  arguments?: readonly Node[]
  expression?: unknown
  body?: Node | readonly Node[]
}

/** Types are gone when the program runs, but for what only wraps an expression. */
export function isType({ type }: Node): boolean {
  return type.startsWith('TS') && !['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'].includes(type)
}

/** The nodes right below. */
export function childrenOf(node: Node): readonly Node[] {
  return Object.values(node).flatMap((value: unknown) => (Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : []))
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}
