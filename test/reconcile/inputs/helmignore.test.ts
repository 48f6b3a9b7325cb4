import { describe, expect, it } from 'vitest'
import { CHART, inputsOf, layout, LIBRARY, one, type Files } from './inputs-of.ts'

describe('what .helmignore leaves out is not read', () => {
  it.each<[string, Files]>([
    [
      'of templates, the others are',
      {
        'apps/web/Chart.yaml': CHART,
        'apps/web/.helmignore': '\uFEFF# drafts\n\n/templates/draft.yaml\r\n*.bak\n',
        'apps/web/templates/a.yaml': 'x: 1\n',
        '!apps/web/templates/draft.yaml': '{{ .Files.Get "x.ini" }}\n',
        '!apps/web/templates/a.bak': 'x',
        '!apps/web/templates/.hidden': 'x',
        '!apps/web/x.ini': 'x',
      },
    ],
    [
      'a folder with all in it; a file of its name is read',
      {
        'apps/web/Chart.yaml': CHART,
        'apps/web/.helmignore': 'old/\n',
        'apps/web/templates/a.yaml': 'x: 1\n',
        'apps/web/templates/more/old': 'x',
        '!apps/web/templates/old/a.yaml': 'x: 1\n',
      },
    ],
    [
      'of what a glob finds',
      {
        'apps/web/Chart.yaml': CHART,
        'apps/web/.helmignore': 'conf/b.ini\n',
        'apps/web/templates/a.yaml': '{{ (.Files.Glob "conf/*.ini").AsConfig }}',
        'apps/web/conf/a.ini': 'x',
        '!apps/web/conf/b.ini': 'x',
      },
    ],
    [
      'of a chart beside it, by its own rules',
      {
        'apps/web/Chart.yaml': LIBRARY,
        'libs/a/.helmignore': 'draft.yaml\n',
        'libs/a/templates/a.yaml': 'x: 1\n',
        '!libs/a/templates/draft.yaml': 'x: 1\n',
      },
    ],
    [
      'but where rules say what to keep, all is read',
      { 'apps/web/Chart.yaml': CHART, 'apps/web/.helmignore': 'draft.yaml\n!a.yaml\n', 'apps/web/templates/draft.yaml': 'x: 1\n' },
    ],
    [
      'and where rules and names would cost too much',
      {
        'apps/web/Chart.yaml': CHART,
        'apps/web/.helmignore': `draft.yaml\n${'*a*b*c*d\n'.repeat(20_000)}`,
        'apps/web/templates/draft.yaml': 'x: 1\n',
      },
    ],
  ])('%s', async (_, files) => {
    const { files: all, expected } = layout(files)
    expect(await inputsOf(all, one())).toEqual({ read: expected, unknown: [] })
  })
})
