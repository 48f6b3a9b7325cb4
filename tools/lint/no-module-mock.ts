import { isNode, literal, nameOf, type Rule } from './rule.ts'

const MOCKS = new Set(['mock', 'doMock', 'unmock', 'doUnmock', 'importMock', 'importActual', 'unstable_mockModule', 'module'])

/**
 * Refuses to replace a module under test, by whatever name the tool is imported: `vi.mock('…')`, `vi.doMock(import('…'))`,
 * `mock.module('…')`. A test that replaces a module proves what the replacement does.
 */
export const noModuleMock: Rule = {
  create(context) {
    const message = 'no module mocks: hand a stand-in in through the port'
    return {
      CallExpression(node) {
        const callee = node['callee']
        if (!isNode(callee) || callee.type !== 'MemberExpression' || !MOCKS.has(nameOf(callee) ?? '')) return
        const [first] = node['arguments'] as readonly unknown[]
        if (literal(first) !== null || (isNode(first) && first.type === 'ImportExpression')) context.report({ message, node })
      },
      ImportDeclaration(node) {
        if (/^vitest\/mocks?\b|(^|\/)__mocks__\//.test(literal(node['source']) ?? '')) context.report({ message, node })
      },
    }
  },
}
