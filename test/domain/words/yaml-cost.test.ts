import { expect, it } from 'vitest'
import { Lexer } from 'yaml'
import { isCostlyYaml } from '../../../src/domain/words/yaml-cost.ts'

it.each<[string, string, boolean]>([
  ['hundreds of small documents are what people write', '---\na: 1\n'.repeat(600), false],
  ['thousands of empty documents cost a parser more than their few characters', '---\n'.repeat(3_000), true],
  ['so do those that only end', 'a\n...\n'.repeat(2_000), true],
  ['as many lines of one document do not', 'a: 1\n'.repeat(1_500), false],
])('%s', (_, text, isCostly) => {
  expect(isCostlyYaml(text, (given) => new Lexer().lex(given))).toBe(isCostly)
})

it('what nests by marks or by spaces costs more than its pieces', () => {
  const is = (text: string): boolean => isCostlyYaml(text, () => [])
  expect(['- '.repeat(30), '? '.repeat(30), `${' '.repeat(200)}a`].map((text) => is(`a:\n${text}b`))).toEqual([true, true, true])
  expect(['- '.repeat(29), `${' '.repeat(199)}a`, ' '.repeat(300)].map((text) => is(`a:\n${text}`))).toEqual([false, false, false])
})
