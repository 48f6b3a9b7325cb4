import type { Node } from './tree.ts'

/** A piece of the source, and what it is replaced by. */
export interface Edit {
  start: number
  end: number
  after: string
  /** What people are shown of a long one: the operator and what stands next to it. */
  shown?: { before: string; after: string }
}

const SWAPPED: Readonly<Record<string, string>> = {
  '===': '!==',
  '!==': '===',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '-': '+',
  '*': '/',
  '&&': '||',
  '||': '&&',
}
const OTHER_METHOD: ReadonlyMap<string, string> = new Map([
  ['some', 'every'],
  ['every', 'some'],
  ['min', 'max'],
  ['max', 'min'],
])
/** Calls that hand on what they were called on, more or less of it: without them, all of it. */
const NARROWING = new Set(['filter', 'slice', 'toSorted', 'toReversed', 'trim', 'toLowerCase'])

/** What holds together by itself. */
const BINDING = new Set(['Identifier', 'Literal', 'MemberExpression', 'CallExpression', 'TemplateLiteral', 'ArrayExpression'])

type Text = (node: Node) => string

const OPERATORS: Readonly<Record<string, (node: Node, text: Text) => readonly Edit[]>> = {
  LogicalExpression: swapped,
  BinaryExpression: swapped,
  UnaryExpression: (node, text) => (node.operator === '!' && node.argument ? [replace(node, `Boolean(${text(node.argument)})`)] : []),
  IfStatement: (node, text) => [...negated(node.test, text), ...(node.alternate || !leaves(node.consequent) ? [] : [replace(node, ';')])],
  ConditionalExpression: (node, text) => negated(node.test, text),
  ExpressionStatement: (node) => [replace(node, ';')],
  Literal: (node) => (typeof node.value === 'boolean' ? [replace(node, String(!node.value))] : []),
  ArrayExpression: (node) => (node.elements && node.elements.length > 0 ? [replace(node, '[]')] : []),
  CallExpression: otherCall,
}

/** The faults that can stand in place of this node itself; those of the nodes below it are theirs. Words for people are left alone. */
export function mutationsOf(node: Node, source: string): readonly Edit[] {
  return OPERATORS[node.type]?.(node, ({ start, end }) => source.slice(start, end)) ?? []
}

function replace({ start, end }: Node, after: string): Edit {
  return { start, end, after }
}

/** A condition that is not made of what is changed by itself. */
function negated(test: Node | undefined, text: Text): readonly Edit[] {
  if (!test || ['BinaryExpression', 'LogicalExpression', 'UnaryExpression'].includes(test.type)) return []
  return [replace(test, `!(${text(test)})`)]
}

function swapped(node: Node, text: Text): readonly Edit[] {
  const { left, right, operator = '' } = node
  if (!left || !right) return []
  if (operator === '??') return [replace(node, `(${text(left)})`)]
  const other = SWAPPED[operator]
  // In brackets: where && was, || would otherwise take in more or less than it did.
  return other === undefined
    ? []
    : [
        {
          ...replace(node, `(${inBrackets(left, text)} ${other} ${inBrackets(right, text)})`),
          shown: { before: `${tail(text(left))} ${operator} ${head(text(right))}`, after: other },
        },
      ]
}

function otherCall(node: Node, text: Text): readonly Edit[] {
  const { callee } = node
  const name = callee?.property?.name
  if (callee?.type !== 'MemberExpression' || callee.computed || !callee.object || !callee.property || name === undefined) return []
  const other = OTHER_METHOD.get(name)
  if (other !== undefined) return [replace(callee.property, other)]
  return NARROWING.has(name) ? [replace(node, inBrackets(callee.object, text))] : []
}

/** The tree has no brackets: what stood in some gets them back. */
function inBrackets(node: Node, text: Text): string {
  return BINDING.has(node.type) ? text(node) : `(${text(node)})`
}

/** A guard: it returns, throws or goes on, and does nothing else. */
function leaves(statement: Node | undefined): boolean {
  if (statement?.type === 'BlockStatement' && Array.isArray(statement.body))
    return statement.body.length === 1 && leaves(statement.body[0] as Node)
  return ['ReturnStatement', 'ThrowStatement', 'ContinueStatement', 'BreakStatement'].includes(statement?.type ?? '')
}

function head(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return line.length > 40 ? `${line.slice(0, 39)}…` : line
}

function tail(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return line.length > 40 ? `…${line.slice(-39)}` : line
}
