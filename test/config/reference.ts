/** A node of the JSON Schema, as far as the table needs it. */
export interface SchemaNode {
  type?: string
  enum?: readonly string[]
  const?: string
  anyOf?: readonly SchemaNode[]
  properties?: Readonly<Record<string, SchemaNode>>
  additionalProperties?: SchemaNode | boolean
  required?: readonly string[]
  items?: SchemaNode
  /** Entries of several types. */
  oneOf?: readonly SchemaNode[]
  default?: unknown
  description?: string
}

/**
 * Every key of a schema with its node, in the order of the file: `rules[].match.name`; `forges[gitea].host` where something may be of
 * several types. Blocks themselves are among them.
 */
export function keysOf(schema: SchemaNode, prefix = ''): readonly (readonly [string, SchemaNode])[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, node]) => {
    const key = `${prefix}${name}`
    const kinds = node.items?.oneOf ?? node.oneOf
    if (kinds) return [[key, node] as const, ...kinds.flatMap((entry) => keysOf(entry, `${key}[${typeName(entry)}].`))]
    const below = node.items?.properties ? keysOf(node.items, `${key}[].`) : keysOf(node, `${key}.`)
    return [[key, node] as const, ...below]
  })
}

function typeName(entry: SchemaNode): string {
  return entry.properties?.['type']?.const ?? ''
}

/** Whether a key has others below it. */
export function isBlock(node: SchemaNode): boolean {
  return node.properties !== undefined || node.items?.properties !== undefined || (node.items?.oneOf ?? node.oneOf) !== undefined
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'number',
  integer: 'whole number',
  boolean: 'true, false',
  object: 'map',
}

function typeOf(node: SchemaNode): string {
  if (node.const !== undefined) return `\`${node.const}\``
  if (node.enum) return node.enum.map((word) => `\`${word}\``).join(', ')
  if (node.anyOf) return node.anyOf.map(typeOf).join(' or ')
  if (node.type === 'array') return `list of ${typeOf(node.items ?? {})}`
  return TYPES[node.type ?? ''] ?? ''
}

function defaultOf(node: SchemaNode): string {
  if (node.default === undefined) return ''
  if (typeof node.default === 'string') return `\`${node.default}\``
  return `\`${JSON.stringify(node.default).replaceAll(',', ', ').replaceAll('":', '": ')}\``
}

/** One section for each block of the file, with a table of its keys. */
export function renderReference(schema: SchemaNode, omit: (key: string) => boolean): string {
  const keys = keysOf(schema).filter(([key]) => !omit(key))
  const sections = Object.entries(schema.properties ?? {}).filter(([, node]) => isBlock(node))
  const single = keys.filter(([key, node]) => !/[.[]/.test(key) && !isBlock(node))
  const table = (rows: typeof keys) =>
    ['| Key | What it takes | Default | What it does |', '|---|---|---|---|', ...rows.map(([key, node]) => rowOf(key, node))].join('\n')
  const parts = sections.map(([name, node]) => {
    const rows = keys.filter(([key, row]) => /^[.[]/.test(key.slice(name.length)) && key.startsWith(name) && !isBlock(row))
    return `### ${name}\n\n${node.description ?? ''}\n\n${table(rows)}`
  })
  return [table(single), ...parts].join('\n\n')
}

function rowOf(key: string, node: SchemaNode): string {
  const cells = [`\`${key}\``, typeOf(node), defaultOf(node), node.description ?? '']
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`.replaceAll('|  |', '| |')
}
