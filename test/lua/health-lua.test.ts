import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { hostile, plausible } from './generated.ts'
import { ASSESS, healthCases, recordedObjects } from './health-cases.ts'
import { healthScript, KINDS, loadHealthScript, type Kind } from './sandbox.ts'

/** Objects to generate: the nightly size is for a machine with time. */
const OBJECTS = process.env['KEDGE_NIGHTLY'] === '1' ? 200_000 : 5_000
const MINUTES = 60_000

const closed = scripts({ openLibs: false })
const open = scripts({ openLibs: true })

describe('the sandbox', () => {
  it.each(['string.len("x")', '("x"):len()', 'math.floor(1)', 'os.time()', 'io.read()', 'table.unpack({})', 'utf8.len("x")'])(
    'raises an error for %s without libraries',
    (call) => {
      expect(() => loadHealthScript(`local _ = ${call} return { status = "Healthy", message = "" }`, { openLibs: false })({})).toThrow(
        /attempt to (index|call)/,
      )
    },
  )

  it.each([
    'return 5',
    'return {}',
    'return { status = "Fine", message = "" }',
    'return { status = "Healthy", message = 5 }',
    'x = 1',
    'error("no")',
  ])('refuses a script that says %s', (script) => {
    expect(() => loadHealthScript(script, { openLibs: false })({})).toThrow(/the script|no/)
  })

  it('takes an object that is deeper than a pod template', () => {
    const deep = JSON.parse(`${'{"a":['.repeat(80)}${']}'.repeat(80)}`) as unknown
    const script =
      'local at, depth = obj, 0 while at.a do at, depth = at.a[1] or {}, depth + 1 end return { status = "Healthy", message = "" .. depth }'
    expect(loadHealthScript(script, { openLibs: false })(deep).message).toMatch(/^80/)
  })

  it('prints and reads numbers like gopher-lua', () => {
    const numbers = ['5', '5.0', ' 5', '05', '1e3', '0x5', 'inf', '', '9007199254740993']
    const script =
      `local text = "" for i = 1, #obj do text = text .. tostring(tonumber(obj[i])) .. " " end return { status = ` +
      `"Healthy", message = text }`
    expect(loadHealthScript(script, { openLibs: false })(numbers).message).toBe('5 5 5 5 nil 5 nil nil 9007199254740992 ')
  })
})

describe.each(KINDS)('%s', (kind) => {
  const cases = healthCases(kind)

  it.each(cases)('in Lua without libraries says what health_test.yaml says of $inputPath', ({ object, expected }) => {
    expect(closed[kind](object)).toEqual(expected)
  })

  it.each(cases)('in Lua with open libraries says the same of $inputPath', ({ object, expected }) => {
    expect(open[kind](object)).toEqual(expected)
  })

  it.each(cases)('in TypeScript says the same of $inputPath', ({ object, expected }) => {
    expect(ASSESS[kind](object)).toEqual(expected)
  })

  it('uses no library and no syntax that argocd-cm lacks', () => {
    const code = healthScript(kind)
      .replaceAll(/--.*$/gm, '')
      .replaceAll(/"[^"\n]*"|'[^'\n]*'/g, '""')
    expect(code).not.toMatch(/\b(string|math|os|io|debug|coroutine|utf8|require|load\w*|dofile)\b|\w:\w|\/\/|[&|]|\bgoto\b/)
  })
})

describe('a recorded object', () => {
  const recorded = recordedObjects()

  it('is there in every kind of state that the recordings show', () => {
    expect(new Set(recorded.map(({ kind }) => kind))).toEqual(new Set(['Rollout', 'AnalysisRun']))
    expect(recorded.length).toBeGreaterThan(300)
  })

  it('gets one verdict from Lua without libraries, with open libraries, and TypeScript', () => {
    for (const { kind, scenario, t, object } of recorded) {
      const expected = ASSESS[kind](object)
      expect(closed[kind](object), `${scenario} at ${t}`).toEqual(expected)
      expect(open[kind](object), `${scenario} at ${t}`).toEqual(expected)
    }
  })
})

test(
  `${OBJECTS} generated objects get one verdict from Lua and TypeScript`,
  { timeout: OBJECTS === 5_000 ? 2 * MINUTES : 90 * MINUTES },
  () => {
    const anyObject = fc.oneof(plausible(), hostile())
    fc.assert(
      fc.property(anyObject, ({ kind, object }) => {
        const expected = ASSESS[kind](object)
        expect(closed[kind](object)).toEqual(expected)
        expect(open[kind](object)).toEqual(expected)
      }),
      { numRuns: OBJECTS },
    )
  },
)

test('a whole JSON document that is no Kubernetes object gets one verdict from Lua and TypeScript', () => {
  fc.assert(
    fc.property(fc.constantFrom(...KINDS), fc.jsonValue(), (kind, object) => {
      expect(closed[kind](object)).toEqual(ASSESS[kind](object))
    }),
    { numRuns: 500 },
  )
})

function scripts(options: { openLibs: boolean }): Record<Kind, ReturnType<typeof loadHealthScript>> {
  const load = (kind: Kind) => loadHealthScript(healthScript(kind), options)
  return { Rollout: load('Rollout'), AnalysisRun: load('AnalysisRun'), Experiment: load('Experiment') }
}
