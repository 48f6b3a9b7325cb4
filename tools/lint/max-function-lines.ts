import { isNode, nodesOf, type Node, type Rule } from './rule.ts'

/** As `max-lines-per-function` in .oxlintrc.json, which counts what is handed to `describe` as well. */
const MOST = 60

const SUITES = new Set(['describe', 'it', 'test'])

/**
 * Refuses a long function of test code. What is handed to `describe`, `it` and `test` is no function for this, and is not counted in the
 * one round it: it is read from title to title.
 */
export const maxFunctionLines: Rule = {
  create(context) {
    const counted = context.sourceCode.lines.map((line) => !/^\s*(?:$|\/\/|\/?\*)/.test(line))

    function check(node: Node): void {
      if (isNode(node.parent) && isSuite(node.parent)) return
      const own = new Set(linesOf(node).filter((line) => counted[line - 1]))
      if (own.size <= MOST) return
      for (const inner of nodesOf(node)) if (isSuite(inner)) for (const line of linesOf(inner)) own.delete(line)
      if (own.size > MOST) context.report({ message: `${own.size} lines of its own; a function has ${MOST} at most`, node })
    }

    return { FunctionDeclaration: check, FunctionExpression: check, ArrowFunctionExpression: check }
  },
}

function linesOf(node: Node): readonly number[] {
  const { start, end } = node['loc'] as { start: { line: number }; end: { line: number } }
  return Array.from({ length: end.line - start.line + 1 }, (_, index) => start.line + index)
}

/** `describe('…', …)`, and whatever stands between the two: `test.each([…])('…', …)`, `describe.runIf(…)('…', …)`. */
function isSuite(node: Node): boolean {
  if (node.type !== 'CallExpression') return false
  let callee: unknown = node['callee']
  while (isNode(callee) && callee.type !== 'Identifier') {
    callee = callee['object'] ?? callee['callee'] ?? callee['tag']
  }
  return isNode(callee) && SUITES.has(callee['name'] as string)
}
