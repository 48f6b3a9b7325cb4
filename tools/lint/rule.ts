/** The part of the linter's plugin interface that our rules use: nodes are ESTree, of which a rule reads a few fields. */
export interface Rule {
  create(context: Context): Record<string, (node: Node) => void>
}

export interface Context {
  readonly filename: string
  readonly sourceCode: { readonly lines: readonly string[] }
  report(finding: { readonly message: string; readonly node: Node } | { readonly message: string; readonly loc: Location }): void
}

export interface Node {
  readonly type: string
  readonly parent?: Node | null
  readonly [field: string]: unknown
}

interface Location {
  readonly start: { readonly line: number; readonly column: number }
  readonly end: { readonly line: number; readonly column: number }
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value
}

/** The text of a string literal (or of a template without holes); null for anything else. */
export function literal(value: unknown): string | null {
  if (!isNode(value)) return null
  if (value.type === 'Literal' && typeof value['value'] === 'string') return value['value']
  if (value.type !== 'TemplateLiteral' || !Array.isArray(value['quasis']) || value['quasis'].length !== 1) return null
  return (value['quasis'][0] as { value: { cooked: string } }).value.cooked
}

/** The name of an identifier, or of what a member expression reads (`vi.mock` and `vi['mock']` both say `mock`); null for anything else. */
export function nameOf(value: unknown): string | null {
  if (!isNode(value)) return null
  if (value.type === 'Identifier') return value['name'] as string
  if (value.type !== 'MemberExpression') return null
  return value['computed'] === true ? literal(value['property']) : nameOf(value['property'])
}

/** Every node below one, itself included. */
export function* nodesOf(node: Node): Generator<Node> {
  yield node
  for (const [field, value] of Object.entries(node)) {
    if (field === 'parent') continue
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield* nodesOf(child)
  }
}
