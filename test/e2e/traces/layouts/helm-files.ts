import { below, chart, configMap, link, template, webChart, type Files, type Layout } from '../layout.ts'

const CONF: Files = { 'conf/a.ini': 'a\n', 'conf/b.ini': 'b\n', 'conf/c.txt': 'c\n', 'conf/eu/d.ini': 'd\n', 'other.ini': 'o\n' }

/** A template that works a name out may name any of them. */
const allBut = (one: string): readonly string[] => Object.keys(CONF).filter((file) => file !== one)

/** Charts whose templates read other files, each by one way to name them. */
export const HELM_FILE_LAYOUTS: readonly Layout[] = [
  reads('a file by name', '.Files.Get "conf/a.ini"'),
  reads('a file by name, through the root', '$.Files.Get `conf/a.ini`'),
  reads('the lines of a file', '.Files.Lines "conf/a.ini"'),
  reads('the bytes of a file', '.Files.GetBytes "conf/a.ini"'),
  reads('a glob of one folder', '(.Files.Glob "conf/*.ini").AsConfig'),
  reads('a glob of secrets', '(.Files.Glob "conf/*").AsSecrets'),
  reads('a glob of all below', '(.Files.Glob "conf/**").AsConfig'),
  reads('a glob over folders by ending', '(.Files.Glob "conf/**.ini").AsConfig'),
  reads('a glob with alternatives', '(.Files.Glob "conf/{a,b}.ini").AsConfig'),
  reads('a glob with a class', '(.Files.Glob "conf/[ab].ini").AsConfig'),
  reads('a glob with one character', '(.Files.Glob "conf/?.ini").AsConfig'),
  reads('a file that is not there', '.Files.Get "conf/none.ini"'),
  reads('a name that is put together', '.Files.Get (printf "conf/%s.ini" .Values.which)', {
    values: 'which: a\n',
    besides: ['conf/b.ini', 'conf/eu/d.ini'],
  }),
  reads('a name out of values', '.Files.Get .Values.which', { values: 'which: conf/b.ini\n', besides: allBut('conf/b.ini') }),
  reads('a name in a variable', '$.Files.Get $name', { before: '{{ $name := "conf/a.ini" }}', besides: allBut('conf/a.ini') }),
  reads('a template out of values', 'tpl .Values.text .', {
    values: 'text: "{{ .Files.Get `conf/a.ini` }}"\n',
    besides: allBut('conf/a.ini'),
  }),
  reads('files kept in a variable', '$files.Get "conf/a.ini"', { before: '{{ $files := .Files }}' }),
  {
    name: 'a glob that is ranged over',
    files: webChart({
      ...CONF,
      'templates/made.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: made}\ndata:\n' +
        '{{- range $path, $_ := .Files.Glob "conf/*.ini" }}\n  {{ base $path }}: {{ $.Files.Get $path | quote }}\n{{- end }}\n',
    }),
  },
  {
    name: 'dashboards, each in a map of its own',
    files: webChart({
      'dashboards/a.json': '{}\n',
      'dashboards/b.json': '{}\n',
      'dashboards/README.md': 'x\n',
      'templates/boards.yaml':
        '{{- range $path, $bytes := .Files.Glob "dashboards/*.json" }}\n---\napiVersion: v1\nkind: ConfigMap\n' +
        'metadata: {name: {{ base $path | trimSuffix ".json" }}}\ndata: {board: {{ $bytes | toString | quote }}}\n{{- end }}\n',
    }),
  },
  {
    name: 'a helper that reads a file',
    files: webChart({
      ...CONF,
      'templates/_h.tpl': '{{ define "conf" }}{{ .Files.Get "conf/a.ini" }}{{ end }}',
      'templates/made.yaml': template('include "conf" .'),
    }),
  },
  {
    name: 'a file that .helmignore leaves out',
    files: webChart({ ...CONF, '.helmignore': 'conf/b.ini\n', 'templates/made.yaml': template('(.Files.Glob "conf/*.ini").AsConfig') }),
  },
  {
    name: 'a chart below that reads its own file',
    besides: ['apps/web/conf/a.ini'],
    files: webChart({
      ...CONF,
      'charts/sub/Chart.yaml': chart('sub'),
      'charts/sub/conf/a.ini': 'x\n',
      'charts/sub/conf/b.ini': 'x\n',
      'charts/sub/templates/made.yaml': template('.Files.Get "conf/a.ini"'),
    }),
  },
  {
    name: 'a library that reads the file of who uses it',
    files: {
      ...webChart(
        { ...CONF, 'templates/made.yaml': '{{ include "lib.conf" . }}' },
        'dependencies: [{name: lib, version: 0.1.0, repository: "file://../../libs/lib"}]\n',
      ),
      ...below('libs/lib', {
        'Chart.yaml': chart('lib', 'type: library\n'),
        'templates/_c.tpl': `{{ define "lib.conf" }}${template('.Files.Get "conf/a.ini"')}{{ end }}`,
        'conf/z.ini': 'z\n',
      }),
    },
  },
  {
    name: 'a file behind a link',
    files: {
      ...webChart({ 'conf/a.ini': link('../../../shared/a.ini'), 'templates/made.yaml': template('.Files.Get "conf/a.ini"') }),
      'shared/a.ini': 'a\n',
      'shared/b.ini': 'b\n',
    },
  },
  {
    name: 'a README that a template reads',
    files: webChart({ 'README.md': '# web\n', 'templates/made.yaml': template('.Files.Get "README.md"') }),
  },
  {
    name: 'the value file of an environment by its name',
    besides: ['apps/web/values-b.yaml'],
    files: webChart({
      'values-a.yaml': 'x: 1\n',
      'values-b.yaml': 'x: 2\n',
      'templates/made.yaml': template('.Files.Get (printf "values-%s.yaml" .Values.tag)'),
    }),
    source: { helm: { parameters: [{ name: 'tag', value: 'a' }] } },
  },
  {
    name: 'a file beside templates that none of them reads',
    files: webChart({ 'scripts/run.sh': 'x\n', 'templates/b.yaml': configMap('b') }),
  },
]

/** One template that reads of the same files. */
function reads(how: string, pipeline: string, more: { values?: string; before?: string; besides?: readonly string[] } = {}): Layout {
  return {
    name: `a template reads ${how}`,
    ...(more.besides && { besides: more.besides.map((file) => `apps/web/${file}`) }),
    files: webChart({
      ...CONF,
      'values.yaml': more.values ?? 'tag: v1\n',
      'templates/made.yaml': `${more.before ?? ''}${template(pipeline)}`,
    }),
  }
}
