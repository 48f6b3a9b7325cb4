import path from 'node:path'
import { refusal } from '../layers/may-import.ts'
import { isNode, literal, type Node, type Rule } from './rule.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

/** Refuses every import that the table of layers does not allow, whatever its form: static, re-export, dynamic, or of a type. */
export const layers: Rule = {
  create(context) {
    const file = path.relative(ROOT, context.filename).split(path.sep).join('/')
    const check = (node: Node, source: unknown, typesOnly: boolean): void => {
      if (!isNode(source)) return
      const specifier = literal(source)
      // What is not a literal cannot be held against the table.
      const message =
        specifier === null
          ? file.startsWith('src/')
            ? 'an import names its module literally'
            : null
          : refusal({ file, specifier, typesOnly })
      if (message !== null) context.report({ message, node })
    }
    return {
      ImportDeclaration: (node) => check(node, node['source'], ofTypes(node, 'importKind')),
      ExportNamedDeclaration: (node) => check(node, node['source'], ofTypes(node, 'exportKind')),
      ExportAllDeclaration: (node) => check(node, node['source'], node['exportKind'] === 'type'),
      ImportExpression: (node) => check(node, node['source'], false),
      TSImportType: (node) => check(node, node['source'] ?? node['argument'], true),
    }
  },
}

/** `import type …`, or each of its names says `type`. */
function ofTypes(node: Node, kind: 'importKind' | 'exportKind'): boolean {
  if (node[kind] === 'type') return true
  const names = node['specifiers']
  return Array.isArray(names) && names.length > 0 && names.every((name: Node) => name[kind] === 'type')
}
