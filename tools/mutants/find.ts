import { parseAst } from 'vitest/node'
import { mutationsOf, type Edit } from './operators.ts'
import { childrenOf, isType, type Node } from './tree.ts'

/** One small fault that a test should notice. */
export interface Mutant {
  /** From the project's root. */
  file: string
  line: number
  /** The whole line, trimmed: with `change`, what an accepted survivor is known by wherever it moves. */
  text: string
  change: string
  /** Names the innermost function around it, as `instrument` marks it. */
  place: string
  start: number
  end: number
  after: string
}

/** A function's name in the map of what each test runs; the module itself is 0. */
const placeOf = (file: string, start: number): string => `${file}@${start}`

/** Every mutant of a file, in the order of the text. @throws Error the text is no TypeScript */
export function findMutants(file: string, source: string): readonly Mutant[] {
  const found: Mutant[] = []

  function visit(node: Node, place: number): void {
    if (isType(node) || node.type === 'ImportDeclaration') return
    const within = isFunction(node) ? node.start : place
    for (const edit of mutationsOf(node, source)) found.push(mutantOf(edit, within))
    for (const child of childrenOf(node)) visit(child, within)
  }

  function mutantOf({ start, end, after, shown }: Edit, place: number): Mutant {
    const before = source.slice(start, end)
    const lineStart = source.lastIndexOf('\n', start) + 1
    const lineEnd = source.indexOf('\n', start)
    return {
      file,
      line: source.slice(0, start).split('\n').length,
      text: source.slice(lineStart, lineEnd < 0 ? undefined : lineEnd).trim(),
      change: shown ? `${shown.before} -> ${shown.after}` : `${short(before)} -> ${short(after)}`,
      place: placeOf(file, place),
      start,
      end,
      after,
    }
  }

  visit(parse(source), 0)
  return found
}

/** The file with a mark in every function, and one for the module: which of them a test runs is then in `globalThis.kedgeRan`. */
export function instrument(file: string, source: string): string {
  const marks: { at: number; text: string }[] = []
  const mark = (start: number): string => `(globalThis.kedgeRan ??= new Set()).add(${JSON.stringify(placeOf(file, start))})`

  function visit(node: Node): void {
    if (isType(node)) return
    const { body } = node
    if (isFunction(node) && body && 'type' in body) {
      if (body.type === 'BlockStatement') marks.push({ at: body.start + 1, text: `${mark(node.start)};` })
      else marks.push({ at: body.start, text: `(${mark(node.start)}, ` }, { at: body.end, text: ')' })
    }
    for (const child of childrenOf(node)) visit(child)
  }

  visit(parse(source))
  const inside = marks
    .toSorted((a, b) => b.at - a.at)
    .reduce((text, { at, text: added }) => text.slice(0, at) + added + text.slice(at), source)
  // The source has no semicolons.
  return `${inside}\n;${mark(0)};\n`
}

/** The source with this one fault in it. */
export function apply(source: string, { start, end, after }: Pick<Mutant, 'start' | 'end' | 'after'>): string {
  return source.slice(0, start) + after + source.slice(end)
}

function parse(source: string): Node {
  return parseAst(source, { lang: 'ts' }) as unknown as Node
}

function isFunction({ type }: Node): boolean {
  return type === 'FunctionDeclaration' || type === 'FunctionExpression' || type === 'ArrowFunctionExpression'
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line === ';' ? 'nothing' : line.length > 80 ? `${line.slice(0, 79)}…` : line
}
