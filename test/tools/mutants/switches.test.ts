import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { apply, findMutants } from '../../../tools/mutants/find.ts'
import { withSwitches } from '../../../tools/mutants/switches.ts'

const SOURCE = `
const LIMITS = [1, 2].filter((one) => one > 1)
function judge(a, list) {
  if (!a) return 'none'
  if ((a.b?.filter((x) => x > 1).length ?? 0) > 1 || list.some((x) => x === a.first)) list.push(1)
  else if (list.length - 1 < 0) return 'few'
  const all = (a.c ?? []).toSorted().slice(1)
  a.seen = true
  for (const one of list)
    if (one > 3) {
      if (one > 4) continue
      a.sum = one * 2 - 1
    } else a.low = one
  const { first = a.b?.[0] ?? 7 } = a
  if (a.c && (a.b || a.first)) if (first >= 2) return 'both'
  else a.odd = !first
  if (all.every((x) => x >= 2) && Math.max(first, 3) !== 3) return [a.seen, all]
  return a.seen ? \`\${a.b?.slice(1).map((x) => x - 1).join('-') ?? LIMITS.length}\` : 'unseen'
}
answer = inputs.map(([a, list]) => { try { return [judge(a, list), a, list] } catch (error) { return error.name } })
`
const INPUTS = `[
  [undefined, []], [{}, []], [{ first: 3 }, [3, 4, 5]], [{ b: [1, 2, 3], c: [3, 1, 2] }, [4]], [{ b: [], c: [1, 1, 4], first: 1 }, [2, 9]],
  [{ b: [9], c: [0, 5] }, [1]], [{ b: [9, 5] }, [1]], [{ c: [2, 3, 4], first: 5 }, [6, 4]], [{ c: [], first: 2 }, [2]],
]`

const mutants = findMutants('x.ts', SOURCE).map((mutant, index) => ({ id: index + 1, mutant }))

function run(source: string, on: number): { answer: string; reached: ReadonlySet<number> } {
  const reached = new Set<number>()
  const kedgeIs = (id: number): boolean => {
    reached.add(id)
    return id === on
  }
  let turns = 0
  const kedgeTurn = (): void => {
    if ((turns += 1) > 1_000) throw new TypeError('endless')
  }
  const context: { answer?: unknown; kedgeIs: typeof kedgeIs; kedgeTurn: typeof kedgeTurn } = { kedgeIs, kedgeTurn }
  runInNewContext(`inputs = ${INPUTS};${source}`, context, { timeout: 1000 })
  return { answer: JSON.stringify(context.answer), reached }
}

describe('a file with all of its mutants as switches', () => {
  const switched = withSwitches(SOURCE, mutants)

  it('does what the file does when none is on, and reaches all of them in these inputs', () => {
    const { answer, reached } = run(switched, 0)
    expect(answer).toBe(run(SOURCE, 0).answer)
    expect([...reached].toSorted((a, b) => a - b)).toEqual(mutants.map(({ id }) => id))
  })

  it.each(mutants.map(({ id, mutant }) => [mutant.change, id, mutant] as const))(
    'does what the file with that fault does: %s',
    (_, id, mutant) => {
      expect(run(switched, id).answer).toBe(run(apply(SOURCE, mutant), 0).answer)
    },
  )

  it('refuses a mutant of another text', () => {
    expect(() => withSwitches('const a = 1\n', mutants)).toThrow(`${mutants.length} mutants are not of this text`)
  })
})

it.each([
  'let n = 0; while (true) n += 1',
  'let n = 0; do { n += 1 } while (true)',
  'for (let n = 0; ; n += 1) if (n < 0) break',
  'for (;;) ;',
])('a loop that never ends can be ended: %s', (source) => {
  const found = findMutants('x.ts', source).map((mutant, index) => ({ id: index + 1, mutant }))
  expect(() => run(withSwitches(source, found), 0)).toThrow('endless')
})

it('a side that stood in brackets keeps them, so that a swapped operator is no other fault', () => {
  const after = (source: string): readonly string[] => findMutants('x.ts', source).map((mutant) => mutant.after)
  expect(after('const a = b && (c ?? d)')).toEqual(['(b || (c ?? d))', '(c)'])
  expect(after('const a = b || c || d')).toEqual(['((b || c) && d)', '(b && c)'])
  expect(after('const a = (b ?? c).trim().length')).toEqual(['(b ?? c)', '(b)'])
})
