import { describe, expect, it } from 'vitest'
import type { ApplicationOptions } from '../../simulation/application.ts'
import { CHART, inputsOf, layout, LIBRARY, link, one, type Files } from './inputs-of.ts'

const REGISTRY = 'dependencies:\n- {name: a, repository: "https://charts.example", version: 1.2.3}\n'

/** In the files, `!` stands before what is not read. */
type Case = [string, Files, ApplicationOptions?]

const LINKS: readonly Case[] = [
  [
    'a template',
    {
      'apps/web/Chart.yaml': CHART,
      'apps/web/templates/r.yaml': link('../../../shared/r.yaml'),
      'shared/r.yaml': 'x: 1\n',
      '!shared/s.yaml': 'x: 1\n',
    },
  ],
  ['templates', { 'apps/web/Chart.yaml': CHART, 'apps/web/templates': link('../../shared'), 'shared/more/r.yaml': 'x: 1\n' }],
  [
    'a folder of templates that holds another link',
    {
      'apps/web/Chart.yaml': CHART,
      'apps/web/templates/more': link('../../../shared'),
      'shared/r.yaml': link('../deep/r.yaml'),
      'deep/r.yaml': 'x: 1\n',
      '!deep/s.yaml': 'x: 1\n',
    },
  ],
  ['values.yaml', { 'apps/web/Chart.yaml': CHART, 'apps/web/values.yaml': link('../../env/all.yaml'), 'env/all.yaml': 'x: 1\n' }],
  [
    'Chart.yaml',
    { 'apps/web/Chart.yaml': link('../../shared/Chart.yaml'), 'shared/Chart.yaml': LIBRARY, 'libs/a/templates/x.yaml': 'x: 1\n' },
  ],
  [
    'a chart of charts',
    { 'apps/web/Chart.yaml': CHART, 'apps/web/charts/a': link('../../../libs/a'), 'libs/a/templates/x.yaml': 'x: 1\n', '!libs/b/x': 'x' },
  ],
  [
    'a file that a template behind a link names',
    {
      'apps/web/Chart.yaml': CHART,
      'apps/web/templates/r.yaml': link('../../../shared/r.yaml'),
      'apps/web/a.ini': link('../../shared/a.ini'),
      '!apps/web/b.ini': 'x',
      'shared/r.yaml': '{{ .Files.Get "a.ini" }}',
      'shared/a.ini': 'x',
    },
  ],
  [
    'a file that a glob of a template may name',
    {
      'apps/web/Chart.yaml': CHART,
      'apps/web/templates/r.yaml': '{{ (.Files.Glob "conf/*.ini").AsConfig }}',
      'apps/web/conf/a.ini': link('../../../shared/a.ini'),
      'shared/a.ini': 'x',
    },
  ],
]

const FILES: readonly Case[] = [
  [
    'a library’s template names it, in the library and in the chart that depends on it',
    {
      'apps/web/Chart.yaml': LIBRARY,
      'apps/web/x.ini': 'x',
      '!apps/web/y.ini': 'x',
      'libs/a/templates/_x.tpl': '{{ define "x" }}{{ .Files.Get "x.ini" }}{{ end }}',
      'libs/a/x.ini': 'x',
    },
  ],
  [
    'a chart in charts names it',
    {
      'apps/web/Chart.yaml': CHART,
      'apps/web/charts/a/templates/_x.tpl': '{{ .Files.Get "x.ini" }}',
      'apps/web/x.ini': 'x',
      '!apps/web/y.ini': 'x',
    },
  ],
  [
    'a chart of a registry may name it; nobody names the values of other environments, or what people read',
    {
      'apps/web/Chart.yaml': REGISTRY,
      'apps/web/conf/x.ini': 'x',
      '!apps/web/values-staging.yaml': 'x: 1\n',
      '!apps/web/README.md': 'x',
    },
  ],
  ['a packed chart may name it', { 'apps/web/Chart.yaml': CHART, 'apps/web/charts/a-1.2.3.tgz': 'x', 'apps/web/x.ini': 'x' }],
  [
    'what stands in values may name it, by `tpl`',
    {
      'apps/web/Chart.yaml': CHART,
      'apps/web/templates/a.yaml': '{{ tpl .Values.config . }}',
      'apps/web/x.ini': 'x',
      '!apps/web/values-staging.yaml': 'x: 1\n',
    },
    one({ helm: { values: 'config: "{{ .Files.Get `x.ini` }}"' } }),
  ],
  [
    'a glob of a template names it across folders',
    {
      'apps/web/Chart.yaml': CHART,
      'apps/web/templates/a.yaml': '{{ (.Files.Glob "conf/**.ini").AsConfig }}',
      'apps/web/conf/eu/x.ini': 'x',
    },
  ],
  [
    'a glob of whole folders says what it says',
    {
      'apps/web/Chart.yaml': CHART,
      'apps/web/templates/a.yaml': '{{ (.Files.Glob "conf/**").AsConfig }}',
      'apps/web/conf/eu/x.ini': 'x',
      '!apps/web/x.ini': 'x',
    },
  ],
  [
    'a template names a README where nothing else lies',
    {
      'apps/web/Chart.yaml': CHART,
      'apps/web/templates/a.yaml': '{{ .Files.Get "README.md" }}',
      'apps/web/README.md': 'x',
      '!apps/web/LICENSE': 'x',
    },
  ],
  [
    'a template names it by a variable that stands for all files',
    {
      'apps/web/Chart.yaml': CHART,
      'apps/web/templates/a.yaml': '{{- $f := .Files -}}{{ $f.Get "x.ini" }}{{ $f2 := "y.ini" }}',
      'apps/web/x.ini': 'x',
      '!apps/web/y.ini': 'x',
    },
  ],
  [
    'such a variable is handed on or is something else later',
    {
      'apps/web/Chart.yaml': LIBRARY,
      'apps/web/templates/a.yaml': '{{ $f := .Files }}{{ include "x" (dict "all" $f) }}',
      'apps/web/x.ini': 'x',
      'libs/a/templates/a.yaml': '{{ $f := .Files }}{{ $f = .Values }}{{ $f.Get "z.ini" }}',
      'libs/a/x.ini': 'x',
    },
  ],
  [
    'the dot is all files, in a `with`',
    {
      'apps/web/Chart.yaml': CHART,
      'apps/web/templates/a.yaml': '{{ with $f := .Files }}{{ .Get "x.ini" }}{{ end }}',
      'apps/web/x.ini': 'x',
    },
  ],
  [
    'a variable names it that is of a glob only elsewhere',
    {
      'apps/web/Chart.yaml': CHART,
      'apps/web/templates/a.yaml':
        '{{ range $f, $_ := .Files.Glob "y/*" }}{{ $.Files.Get $f }}{{ end }}{{ $f := .Values.file }}{{ .Files.Get $f }}',
      'apps/web/x.ini': 'x',
    },
  ],
  [
    'a template works the name out, and then value files count, too',
    {
      'apps/web/Chart.yaml': CHART,
      'apps/web/templates/a.yaml': '{{ .Files.Get (printf "values-%s.yaml" .Values.env) }}{{ get . "Files" }}',
      'apps/web/values-eu.yaml': 'x: 1\n',
      '!apps/web/README.md': 'x',
    },
  ],
]

describe('of a chart, what a link leads to is read', () => {
  it.each(LINKS)('%s', async (_, files) => {
    const { files: all, expected } = layout(files)
    expect(await inputsOf(all, one())).toEqual({ read: expected, unknown: [] })
  })
})

describe('another file of a chart is read where', () => {
  it.each(FILES)('%s', async (_, files, options = one()) => {
    const { files: all, expected } = layout(files)
    expect(await inputsOf(all, options)).toMatchObject({ read: expected, unknown: [] })
  })
})

it('a glob that leaves the chart is not known, and Git is never asked for it', async () => {
  const files = { 'apps/web/Chart.yaml': CHART, 'apps/web/templates/a.yaml': '{{ .Files.Glob "../x/*" }}', 'apps/web/x.ini': 'x' }
  expect((await inputsOf(files, one())).unknown).toEqual(['the path apps/web/../x/*'])
})

describe('a chart beside it that it depends on', () => {
  const beside = { 'apps/web/Chart.yaml': LIBRARY, 'libs/a/Chart.yaml': 'name: a\n' }

  it.each<[string, Files]>([
    [
      'is not read where it lies in charts, as Helm has nothing to fetch',
      { 'apps/web/Chart.yaml': LIBRARY, 'apps/web/charts/a/Chart.yaml': 'name: a\n', '!libs/a/Chart.yaml': 'name: a\n' },
    ],
    ['is read by fields in another case', { ...beside, 'apps/web/Chart.yaml': LIBRARY.replace('dep', 'Dep').replace('repo', 'Repo') }],
    [
      'is read where a merge names it',
      { ...beside, 'apps/web/Chart.yaml': 'x: &a {repository: file://../../libs/a}\ndependencies: [{name: a, <<: *a}]\n' },
    ],
    ['is read where what lies there is another chart', { ...beside, 'apps/web/charts/a/Chart.yaml': 'name: b\n' }],
    ['is read where another one is to be fetched', { ...beside, 'apps/web/charts/a/x': 'x' }],
  ])('%s', async (_, files) => {
    const { files: all, expected } = layout(files)
    expect(await inputsOf(all, one())).toEqual({ read: expected, unknown: [] })
  })
})
