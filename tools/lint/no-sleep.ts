import { isNode, literal, nameOf, nodesOf, type Node, type Rule } from './rule.ts'

const TIMERS = new Set(['setTimeout', 'setInterval'])
const MESSAGE = 'no sleeps: wait for the thing itself (test/until.ts)'

/**
 * Refuses to wait for time to pass: a promise that only a timer ends, Node's timers as promises, and blocking waits. A timer that ends
 * something too slow (a deadline) is none of these.
 */
export const noSleep: Rule = {
  create(context) {
    return {
      NewExpression(node) {
        const [executor] = node['arguments'] as readonly unknown[]
        if (nameOf(node['callee']) === 'Promise' && isNode(executor) && endsByTimer(executor)) context.report({ message: MESSAGE, node })
      },
      CallExpression(node) {
        const blocks = isMember(node['callee'], 'Atomics', 'wait') || isMember(node['callee'], 'Atomics', 'waitAsync')
        const hands =
          nameOf(node['callee']) === 'promisify' && (node['arguments'] as unknown[]).some((given) => TIMERS.has(nameOf(given) ?? ''))
        if (blocks || hands) context.report({ message: MESSAGE, node })
      },
      ImportDeclaration(node) {
        if (/^(node:)?timers\/promises$/.test(literal(node['source']) ?? '')) context.report({ message: MESSAGE, node })
      },
      ImportExpression(node) {
        if (/^(node:)?timers\/promises$/.test(literal(node['source']) ?? '')) context.report({ message: MESSAGE, node })
      },
    }
  },
}

/** Whether a timer of the executor calls what resolves the promise: `setTimeout(resolve, ms)`, or through a function. */
function endsByTimer(executor: Node): boolean {
  const [resolve] = (executor['params'] ?? []) as readonly unknown[]
  const name = nameOf(resolve)
  if (name === null) return false
  for (const node of nodesOf(executor)) {
    if (node.type !== 'CallExpression' || !TIMERS.has(nameOf(node['callee']) ?? '')) continue
    const [action] = node['arguments'] as readonly unknown[]
    if (!isNode(action)) continue
    for (const inner of nodesOf(action)) if (inner.type === 'Identifier' && inner['name'] === name) return true
  }
  return false
}

function isMember(callee: unknown, object: string, property: string): boolean {
  return isNode(callee) && callee.type === 'MemberExpression' && nameOf(callee['object']) === object && nameOf(callee) === property
}
