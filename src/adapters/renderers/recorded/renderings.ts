import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { notRendered, type NotRendered, type Rendering } from '../../../domain/application/rendered.ts'
import { KedgeError } from '../../../domain/errors.ts'
import { Sealed } from '../../../domain/sealed.ts'

/** One answer of who rendered while it was recorded. */
export interface RecordedRendering {
  /** `namespace/name`, as is `rollout`. */
  application: string
  rollout: string
  spec: string
  revisions: readonly string[]
  rendering: Rendering
}

const WHY = [
  'unsupported',
  'unpublished',
  'forbidden',
  'not-allowed',
  'locked-out',
  'unreachable',
  'too-large',
  'unfetched',
  'failed',
  'absent',
  'several',
] as const satisfies NotRendered[]

const FOR_GOOD = z.array(z.object({ kind: z.string(), name: z.string(), hash: z.string() })).optional()

const Line = z.object({
  application: z.string(),
  rollout: z.string(),
  spec: z.string(),
  revisions: z.array(z.string()),
  rendered: z
    .object({
      template: z.unknown(),
      spec: z.unknown(),
      analysis: z.string().optional(),
      irreversible: FOR_GOOD,
      rollouts: z.array(z.string()).optional(),
      parts: z.object({ rest: z.string(), rollouts: z.record(z.string(), z.string()) }).optional(),
    })
    .optional(),
  unknown: z.object({ why: z.enum(WHY), detail: z.string() }).optional(),
})

/**
 * Reads `renderings.jsonl` in the folder of a recording; undefined where nothing was rendered when it was recorded.
 * @throws KedgeError E_RECORDING_UNREADABLE with the file and line
 */
export async function readRenderings(folder: string): Promise<readonly RecordedRendering[] | undefined> {
  const file = `${folder}/renderings.jsonl`
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new KedgeError('E_RECORDING_UNREADABLE', `${file} cannot be read`, { cause: error })
  })
  return text?.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [readLine(line, `${file}:${index + 1}`)]))
}

function readLine(line: string, where: string): RecordedRendering {
  const parsed = Line.safeParse(parse(line))
  if (!parsed.success) throw new KedgeError('E_RECORDING_UNREADABLE', `${where} is not a rendering: ${z.prettifyError(parsed.error)}`)
  const { rendered, unknown, ...question } = parsed.data
  return { ...question, rendering: rendered ? sealed(rendered) : notRendered(unknown?.why ?? 'unsupported', unknown?.detail ?? '') }
}

function sealed({ template, spec, analysis, parts: given, ...told }: NonNullable<z.infer<typeof Line>['rendered']>): Rendering {
  const parts = given && { rest: given.rest, rollouts: new Map(Object.entries(given.rollouts)) }
  return { result: 'rendered', rollout: { template: new Sealed(template), spec: new Sealed(spec), analysis, parts, ...told } }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
