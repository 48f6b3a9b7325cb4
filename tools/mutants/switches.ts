import { apply, parse, type Mutant } from './find.ts'
import { mutationsOf, type Edit } from './operators.ts'
import { childrenOf, isType, type Node } from './tree.ts'

/** A mutant and the number that its switch has: from 1, none twice in one run. */
export interface Numbered {
  id: number
  mutant: Mutant
}

/** What may never end. */
const LOOPS = new Set(['WhileStatement', 'DoWhileStatement', 'ForStatement'])

/** A piece of the text that stands there in several wordings. */
interface Host {
  /** Wordings of an expression. */
  instead: { id: number; text: string }[]
  /** A statement that one of these leaves out. */
  without: number[]
}

/**
 * The file with all of these faults in it at once: `kedgeIs(17)` says whether the 17th holds, and that its place was reached. In each
 * wording but the original one the text is as it was, since one fault holds at a time: so the text does not double with each level. Each
 * turn of a loop is told (`kedgeTurn()`), so that one that never ends can be ended.
 * @throws Error a mutant is not one of this text
 */
export function withSwitches(source: string, mutants: readonly Numbered[]): string {
  const waiting = new Map(mutants.map(({ id, mutant }) => [keyOf(mutant), id]))
  const hosts = new Map<Node, Host>()

  function visit(node: Node, above: readonly Node[]): void {
    if (isType(node) || node.type === 'ImportDeclaration') return
    for (const edit of mutationsOf(node, source)) place(edit, node, above)
    for (const child of childrenOf(node)) visit(child, [node, ...above])
  }

  function place(edit: Edit, node: Node, above: readonly Node[]): void {
    const id = waiting.get(keyOf(edit))
    if (id === undefined) return
    waiting.delete(keyOf(edit))
    const at = hostOf(edit, node, above)
    const host = hosts.get(at) ?? { instead: [], without: [] }
    hosts.set(at, host)
    if (edit.after === ';') host.without.push(id)
    else host.instead.push({ id, text: apply(source, edit).slice(at.start, at.end + edit.after.length - (edit.end - edit.start)) })
  }

  function render(node: Node): string {
    const parts: string[] = []
    let end = node.start
    for (const child of childrenOf(node).toSorted((a, b) => a.start - b.start || b.end - a.end)) {
      // A shorthand's name and its value are one text.
      if (child.start < end) continue
      const inside = render(child)
      const text = child === node.body && LOOPS.has(node.type) ? `{ kedgeTurn(); ${inside} }` : inside
      if (text === source.slice(child.start, child.end)) continue
      parts.push(source.slice(end, child.start), text)
      end = child.end
    }
    const inner = [...parts, source.slice(end, node.end)].join('')
    const host = hosts.get(node)
    return host ? switched(host, inner) : inner
  }

  const tree = parse(source)
  visit(tree, [])
  if (waiting.size > 0) throw new Error(`${waiting.size} mutants are not of this text: ${[...waiting.keys()].join(', ')}`)
  return source.slice(0, tree.start) + render(tree) + source.slice(tree.end)
}

function switched({ instead, without }: Host, inner: string): string {
  // In braces: an else further down stays that of the if it belonged to.
  if (without.length > 0) return `{ if (${without.map((id) => `!kedgeIs(${id})`).join(' && ')}) ${inner} }`
  return `(${instead.map(({ id, text }) => `kedgeIs(${id}) ? (${text}) : `).join('')}(${inner}))`
}

/** The smallest node around a fault that can be one of two values. */
function hostOf(edit: Edit, node: Node, above: readonly Node[]): Node {
  // The condition of an if, which the fault is within.
  if (node.test && edit.start === node.test.start && edit.end === node.test.end) return node.test
  // What `?.` leaves out reaches to the end of its chain: the chain has to stay whole.
  let top = node
  for (const parent of above) {
    if (parent.type === 'ChainExpression') return parent
    const isLink = parent.type === 'MemberExpression' ? parent.object === top : parent.type === 'CallExpression' && parent.callee === top
    if (!isLink && parent.type !== 'TSNonNullExpression') return node
    top = parent
  }
  return node
}

function keyOf({ start, end, after }: Pick<Edit, 'start' | 'end' | 'after'>): string {
  return `${start}-${end}: ${after}`
}
