import { expect, it } from 'vitest'
import { splitDocuments } from '../../../src/domain/words/yaml-documents.ts'

it.each<[string, string, readonly string[] | undefined]>([
  ['nothing at all', '', []],
  ['one document without a mark', 'a: 1\n', ['a: 1\n']],
  ['one behind a mark', '---\na: 1\n', ['\na: 1\n']],
  ['several, and what is between two marks alone is none', 'a: 1\n---\n \n---  \nb: 2\n---\n', ['a: 1\n', '\nb: 2\n']],
  ['a mark with a comment', 'a: 1\n--- # b\nb: 2\n', ['a: 1\n', '\nb: 2\n']],
  ['a mark that goes on', 'a: 1\n--- b: 2\n', undefined],
  ['dashes that go on', 'a: 1\n----\nb: 2\n', undefined],
  ['a mark within a line', 'a: ---\n', ['a: ---\n']],
])('a file is split at its marks: %s', (_, text, documents) => {
  expect(splitDocuments(text, 9)).toEqual(documents)
})

it('of more documents than are wanted, one more is given, so that it shows', () => {
  const file = 'a\n---\nb\n---\nc\n---\nd\n---\ne\n--- wrong\n'
  expect(splitDocuments(file, 2)).toEqual(['a\n', '\nb\n', '\nc\n'])
})
