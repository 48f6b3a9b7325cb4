import { describe, expect, it } from 'vitest'
import { readsFiles, usedFiles, type NamedFile, type UsedFiles } from '../../../src/reconcile/inputs/chart-files.ts'
import { many } from './a-repository.ts'

const NONE: UsedFiles = { named: [], besides: 'none' }
const X: NamedFile = { name: 'x.ini', glob: 'no' }
const READS_X = '{{ .Files.Get "x.ini" }}'
const named = (...files: readonly NamedFile[]): UsedFiles => ({ named: files, besides: 'none' })

describe('a file that a template names', () => {
  it.each<[string, string, UsedFiles]>([
    ['no action', '.Files.Get "x.ini"', NONE],
    ['behind a text', `{{ print "a" }} .Files.Get "y" ${READS_X}`, named(X)],
    ['behind an action', `{{ .Values.a }} .Files.Get "y" ${READS_X}`, named(X)],
    ['behind braces in a text', '{{ print "}}" }} .Files.Get "y"', NONE],
    ['behind braces in a text of one action', '{{ print "a}}" (.Files.Get `x.ini`) }}', named(X)],
    ['behind braces in a raw text', '{{ print `}}` }} .Files.Get "y"', NONE],
    ['behind a brace between quotes', `{{ print '}}' }} .Files.Get "y"`, NONE],
    ['behind braces in a text with a quote in it', '{{ print "\\"}} .Files.Get `z` " }}', named({ name: 'z', glob: 'no' })],
    ['behind a raw text that ends in a backslash', '{{ print `\\` }} .Files.Get "y"', NONE],
    ['behind a single brace', '{{ print "a" } .Files.Get "x.ini" }}', named(X)],
    ['in an action that does not end', '{{ .Files.Get "x.ini" ', named(X)],
    ['in a comment', '{{ .Values.a }}{{/* .Files.Get .Values.x */}}{{- /* .Files */ -}}', NONE],
    ['behind a comment', `{{/* it's }} */}}${READS_X}`, named(X)],
    ['in a comment that does not end', `${READS_X}{{/* .Files.Get "y"`, named(X)],
    ['as a raw text, in lines', '{{ .Files.Lines\n  `x.ini` }}', named(X)],
    ['as bytes', '{{ $.Files.GetBytes "x.ini" }}', named(X)],
    ['with a space in its name', '{{ .Files.Get "x y.ini" }}', { named: [{ name: 'x y.ini', glob: 'no' }], besides: 'any' }],
    ['by what it works out', '{{ .Files.Get .Values.x }}', { named: [], besides: 'any' }],
    ['beside a value that is a template', `${READS_X}{{ tpl .Values.x . }}`, { named: [X], besides: 'some' }],
  ])('is seen by %s', (_, template, expected) => {
    expect(usedFiles([template])).toEqual(expected)
  })

  it.each<[string, NamedFile['glob']]>([
    ['conf/*.ini', 'plain'],
    ['conf/**', 'plain'],
    ['**/x.ini', 'plain'],
    ['conf/[ab].ini', 'plain'],
    ['conf/**.ini', 'own'],
    ['**.ini', 'own'],
    ['conf/{a,b}', 'own'],
    ['conf/[!a]', 'own'],
  ])('by the glob %s is for Git to look for where Git reads it alike', (name, glob) => {
    expect(usedFiles([`{{ .Files.Glob "${name}" }}`])).toEqual(named({ name, glob }))
  })

  it.each<[string, UsedFiles]>([
    ['conf/%s.ini', named({ name: 'conf/**.ini', glob: 'own', isWorkedOut: true })],
    ['100%%-%05d', named({ name: '100%-**', glob: 'own', isWorkedOut: true })],
    ['%s', { named: [], besides: 'any' }],
    ['%s%v', { named: [], besides: 'any' }],
    ['conf?/%s', { named: [], besides: 'any' }],
    ['conf %s', { named: [], besides: 'any' }],
  ])('by the pieces of %s, also as a raw text, may be any of that form', (format, expected) => {
    expect(usedFiles([`{{ .Files.Get (printf "${format}" .Values.x) }}`])).toEqual(expected)
    expect(usedFiles([`{{ .Files.Get (printf \`${format}\` .Values.x) }}`])).toEqual(expected)
  })
})

it.each<[string, string, UsedFiles]>([
  ['all files, and nothing else', '{{ $f := .Files }}{{ $f.Get "x.ini" }}', named(X)],
  ['all files, and something else later', '{{ $f := .Files }}{{ $f = .Values }}{{ $f.Get "x.ini" }}', { named: [], besides: 'any' }],
  ['one of a glob', '{{ range $p, $_ := .Files.Glob "a/*" }}{{ $.Files.Get $p }}{{ end }}', named({ name: 'a/*', glob: 'plain' })],
  [
    'one of a glob, and something else later',
    '{{ range $p, $_ := .Files.Glob "a/*" }}{{ end }}{{ $p := .Values.p }}{{ $.Files.Get $p }}',
    { named: [{ name: 'a/*', glob: 'plain' }], besides: 'any' },
  ],
])('a variable is told by all that it ever is: %s', (_, template, expected) => {
  expect(usedFiles([template])).toEqual(expected)
})

it('ten variables of a template may be all files; of more, any file may be read', () => {
  const template = (count: number) => many(count, (index) => `{{ $f${index} := .Files }}{{ $f${index}.Get "f${index}" }}`).join('')
  const files = many(11, (index) => `f${index}`).map((name): NamedFile => ({ name, glob: 'no' }))
  expect(usedFiles([template(10)])).toEqual(named(...files.slice(0, 10)))
  expect(usedFiles([template(11)])).toEqual({ named: files.slice(0, 10), besides: 'any' })
})

const OPENING = '{{ print "{{" }} .Files.Get "x.ini"'
const WITH_TPL = '{{ tpl .Values.x . }}'

it.each<[string, readonly string[], UsedFiles]>([
  ['opens actions', [OPENING, '{{ .Values.a }}'], NONE],
  ['makes templates of values', [WITH_TPL, ' .Files.Get "x.ini"', '{{ .Values.a }}'], { named: [], besides: 'some' }],
  ['opens actions, and another makes templates', ['{{ .Values.a }}', OPENING, WITH_TPL], { named: [X], besides: 'some' }],
  ['works a name out beside one that makes templates', [WITH_TPL, '{{ .Files.Get .Values.x }}'], { named: [], besides: 'any' }],
])('what stands between the actions of templates counts where it may become one: one %s', (_, templates, expected) => {
  expect(usedFiles(templates)).toEqual(expected)
})

it('what templates name is one where it is the same, up to 500', () => {
  const reading = (count: number) => many(count, (index) => `{{ .Files.Get "f${index}" }}`)
  expect(usedFiles([READS_X, READS_X, '{{ .Files.Glob "x.ini" }}'])).toEqual(named(X, { name: 'x.ini', glob: 'plain' }))
  expect(usedFiles(reading(500)).named).toHaveLength(500)
  expect(usedFiles(reading(501))).toEqual({ named: [], besides: 'all' })
})

it.each([
  [READS_X, true],
  ['x: "{{ .Values.Files }}"', true],
  ['Files', false],
  ['{{/* Files */}}', false],
])('a value reads files once it is a template: %s', (value, expected) => {
  expect(readsFiles(value)).toBe(expected)
})
