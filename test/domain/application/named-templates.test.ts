import { expect, it } from 'vitest'
import { ANY_TEMPLATE, namedTemplates } from '../../../src/domain/application/named-templates.ts'

const named = (templateName: string): unknown => ({ templates: [{ templateName }] })

it.each<[string, unknown, readonly string[]]>([
  [
    'a Rollout by its steps, beside them, and by the analyses of its Experiments',
    {
      spec: {
        strategy: {
          canary: {
            analysis: named('beside'),
            steps: [{ setWeight: 5 }, { analysis: named('step') }, { experiment: { analyses: [{ name: 'a', templateName: 'ab' }] } }],
          },
        },
      },
    },
    ['ab', 'beside', 'step'],
  ],
  [
    'a Rollout before and after promotion',
    { spec: { strategy: { blueGreen: { prePromotionAnalysis: named('pre'), postPromotionAnalysis: named('post') } } } },
    ['post', 'pre'],
  ],
  ['an AnalysisTemplate by those that it is made of', { spec: { templates: [{ templateName: 'base' }] } }, ['base']],
  ['a Stage of Kargo', { spec: { verification: { analysisTemplates: [{ name: 'verify' }] } } }, ['verify']],
  ['an object that refers to none', { metadata: { name: 'x' }, data: { templateName: 7 } }, []],
  ['what is no object', ['a', 1, null, undefined], []],
])('the AnalysisTemplates that are referred to are told of %s', (_, manifest, templates) => {
  expect(namedTemplates(manifest)).toEqual(templates)
})

it('what is too large to be looked through may refer to any', () => {
  expect(namedTemplates({ items: Array.from({ length: 30_000 }, () => ({})) })).toEqual([ANY_TEMPLATE])
})

it('what is nested deeper than the stack is looked through as well', () => {
  let manifest: unknown = { templateName: 'deep' }
  for (let depth = 0; depth < 10_000; depth += 1) manifest = { a: manifest }
  expect(namedTemplates(manifest)).toEqual(['deep'])
})

it('texts and numbers are not counted among what is looked at', () => {
  const plain = Object.fromEntries(Array.from({ length: 30_000 }, (_, at) => [`f${at}`, at]))
  expect(namedTemplates({ ...plain, templateName: 'a' })).toEqual(['a'])
})
