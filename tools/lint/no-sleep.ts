import { isNode, literal, nameOf, nodesOf, type Node, type Rule } from './rule.ts'
import { clockRead, hasHandClock, isCommandThatWaits, isDropped, waitsInScript } from './sleeps.ts'

const TIMERS = new Set(['setTimeout', 'setInterval'])
const MESSAGE = 'no sleeps: wait for the thing itself (test/until.ts)'
const AFTERWARDS = 'no act after a time: do it once what it waits for is so (test/until.ts), or keep the timer and clear it'

/**
 * Refuses to wait for time to pass: a promise that only a timer ends, a timer that nobody keeps and that acts in its time, Node's timers as
 * promises, a condition that only time makes true, blocking waits, and programs that sleep, in scripts of other processes, too. A timer
 * that ends something too slow (a deadline) is none of these.
 */
export const noSleep: Rule = {
  create(context) {
    const report = (node: Node, message = MESSAGE): void => context.report({ message, node })
    let isOnRealTime = true
    return {
      Program(node) {
        isOnRealTime = !hasHandClock(node)
      },
      NewExpression(node) {
        const [executor] = node['arguments'] as readonly unknown[]
        if (nameOf(node['callee']) === 'Promise' && isNode(executor) && endsByTimer(executor, isOnRealTime)) report(node)
      },
      CallExpression(node) {
        const callee = node['callee']
        const given = node['arguments'] as readonly unknown[]
        const blocks =
          isMember(callee, 'Atomics', 'wait') || isMember(callee, 'Atomics', 'waitAsync') || isMember(callee, 'scheduler', 'wait')
        const hands = nameOf(callee) === 'promisify' && given.some((one) => TIMERS.has(nameOf(one) ?? ''))
        const imports = nameOf(callee) === 'require' && isTimersAsPromises(given[0])
        if (blocks || hands || imports || isCommandThatWaits(node) || asksTheTime(node)) return report(node)
        if (nameOf(callee) === 'setTimeout' && isDropped(node) && !isDeadline(given[0])) report(node, AFTERWARDS)
      },
      MemberExpression(node) {
        if (nameOf(node['object']) === 'timers' && nameOf(node) === 'promises') report(node)
      },
      ImportDeclaration(node) {
        if (isTimersAsPromises(node['source']) || takesPromisesOfTimers(node)) report(node)
      },
      ExportNamedDeclaration(node) {
        if (isTimersAsPromises(node['source'])) report(node)
      },
      ImportExpression(node) {
        if (isTimersAsPromises(node['source'])) report(node)
      },
      WhileStatement(node) {
        if (isEmpty(node['body']) && clockRead(node['test'])) report(node)
      },
      DoWhileStatement(node) {
        if (isEmpty(node['body']) && clockRead(node['test'])) report(node)
      },
      ForStatement(node) {
        if (isEmpty(node['body']) && clockRead(node['test'])) report(node)
      },
      Literal(node) {
        if (typeof node['value'] === 'string' && waitsInScript(node['value'])) report(node)
      },
      TemplateElement(node) {
        if (waitsInScript((node['value'] as { raw: string }).raw)) report(node)
      },
    }
  },
}

/**
 * Whether a timer of the executor calls what resolves the promise: `setTimeout(resolve, ms)`, or through a function; one of a clock
 * (`clock.after(ms, resolve)`), unless the file has one that is moved by hand; or a signal that time alone ends.
 */
function endsByTimer(executor: Node, isOnRealTime: boolean): boolean {
  const [resolve] = (executor['params'] ?? []) as readonly unknown[]
  const name = nameOf(resolve)
  if (name === null) return false
  for (const node of nodesOf(executor)) {
    if (node.type !== 'CallExpression') continue
    const [first, second] = node['arguments'] as readonly unknown[]
    const called = nameOf(node['callee']) ?? ''
    if (TIMERS.has(called) && mentions(first, name)) return true
    if (isOnRealTime && (called === 'after' || called === 'setTimer') && mentions(second, name)) return true
    if (called === 'addEventListener' && mentions(second, name) && mentions(node['callee'], 'timeout')) return true
  }
  return false
}

/** `until(() => signal.aborted)` and the like: what is asked for again and again is the time. */
function asksTheTime(call: Node): boolean {
  if (!/^(?:until|holds|poll|waitFor|waitUntil)$/.test(nameOf(call['callee']) ?? '')) return false
  const given = call['arguments'] as readonly unknown[]
  const question = given.find((one) => isNode(one) && /Function/.test(one.type))
  return isNode(question) && (clockRead(question) || mentions(question, 'aborted'))
}

/** It ends what took too long: rejects, aborts, kills, or throws. */
function isDeadline(action: unknown): boolean {
  return ['reject', 'abort', 'kill', 'fail'].some((name) => mentions(action, name)) || isThrowing(action)
}

function isThrowing(action: unknown): boolean {
  return isNode(action) && [...nodesOf(action)].some(({ type }) => type === 'ThrowStatement')
}

function mentions(where: unknown, name: string): boolean {
  if (!isNode(where)) return false
  for (const node of nodesOf(where)) if (node.type === 'Identifier' && node['name'] === name) return true
  return false
}

function isTimersAsPromises(source: unknown): boolean {
  return /^(node:)?timers\/promises$/.test(literal(source) ?? '')
}

/** `import { promises } from 'node:timers'`. */
function takesPromisesOfTimers(node: Node): boolean {
  if (!/^(node:)?timers$/.test(literal(node['source']) ?? '')) return false
  return (node['specifiers'] as readonly Node[]).some((one) => nameOf(one['imported']) === 'promises')
}

function isEmpty(body: unknown): boolean {
  return isNode(body) && (body.type === 'EmptyStatement' || (body.type === 'BlockStatement' && (body['body'] as unknown[]).length === 0))
}

function isMember(callee: unknown, object: string, property: string): boolean {
  return isNode(callee) && callee.type === 'MemberExpression' && nameOf(callee['object']) === object && nameOf(callee) === property
}
