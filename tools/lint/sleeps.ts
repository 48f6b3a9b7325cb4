import { isNode, literal, nameOf, nodesOf, type Node } from './rule.ts'

const STARTS = new Set(['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'])
/** Clocks that stand still until a test moves them, and stages that have one: by their names, which say so. */
const MOVED_BY_HAND = /virtual|manual|hand|stage/i

/** Whether a file has a clock that is moved by hand, so that what it waits for by a clock is no time of anybody's. */
export function hasHandClock(program: Node): boolean {
  const body = program['body'] as readonly Node[]
  return body
    .filter(({ type }) => type === 'ImportDeclaration')
    .some(({ specifiers }) => (specifiers as readonly Node[]).some((one) => MOVED_BY_HAND.test(nameOf(one['imported']) ?? '')))
}

/** Whether it is asked there what time it is. */
export function clockRead(where: unknown): boolean {
  if (!isNode(where)) return false
  for (const node of nodesOf(where)) {
    if (node.type !== 'CallExpression') continue
    const callee = node['callee']
    if (!isNode(callee) || callee.type !== 'MemberExpression' || nameOf(callee) !== 'now') continue
    if (['Date', 'performance'].includes(nameOf(callee['object']) ?? '')) return true
  }
  return false
}

/** Whether nobody keeps what a call returns, so that nobody can clear the timer. */
export function isDropped(call: Node): boolean {
  let at: Node = call
  for (let above = at.parent; above; at = above, above = at.parent) {
    if (above.type === 'ExpressionStatement') return true
    if (above.type === 'UnaryExpression' && above['operator'] === 'void') return true
    const passesOn =
      above.type === 'ConditionalExpression' || above.type === 'LogicalExpression' || above.type === 'ParenthesizedExpression'
    if (!passesOn) return false
  }
  return false
}

/** Whether a program is started that does nothing but let time pass: `spawn('sleep', ['1'])`, `execSync('sleep 1; …')`. */
export function isCommandThatWaits(call: Node): boolean {
  if (!STARTS.has(nameOf(call['callee']) ?? '')) return false
  const [program, args] = call['arguments'] as readonly unknown[]
  const words = isNode(args) && args.type === 'ArrayExpression' ? (args['elements'] as readonly unknown[]) : []
  return [program, ...words].some((word) => sleepsInShell(literal(word) ?? ''))
}

/** `exec sleep` is a program that hangs, in the place of the shell; what is waited for is something else. */
function sleepsInShell(text: string): boolean {
  return /(?:^|[;&|\n]|\b(?:do|then|else)\b)\s*sleep(?:\s+[\d.$]|$)/.test(text)
}

/** Whether a script for another process holds a promise that only a timer ends. */
export function waitsInScript(text: string): boolean {
  return /new Promise\(\s*\(?(\w+)\)?\s*=>\s*setTimeout\(\s*\1\b/.test(text) || /from ['"](?:node:)?timers\/promises['"]/.test(text)
}
