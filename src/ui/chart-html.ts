import { formatTime } from '../api/format.ts'
import { html, type Html } from './html.ts'
import type { Measured, MeasuredMetric } from './measurements.ts'

type Point = Measured & { at: number; number: number }

// Units of the drawing, which the style scales.
const WIDTH = 640
const HEIGHT = 190
const LEFT = 64
const RIGHT = 620
const TOP = 14
const BOTTOM = 160

/**
 * What was measured over time, with the limit drawn in; undefined where no measurement is a number. Who does not see it has
 * the same in the table beside it.
 */
export function renderChart(metric: MeasuredMetric): Html | undefined {
  const points = metric.measured.filter((one): one is Point => one.at !== undefined && one.number !== undefined)
  const [first] = points
  const last = points.at(-1)
  if (!first || !last) return undefined
  const { x, y, low, high } = scalesOf(points, metric.limit?.value)
  const line = points.map(({ at, number }) => `${x(at)},${y(number)}`).join(' ')
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${labelOf(metric, points)}">
    <line class="axis" x1="${LEFT}" y1="${TOP}" x2="${LEFT}" y2="${BOTTOM}" />
    <line class="axis" x1="${LEFT}" y1="${BOTTOM}" x2="${RIGHT}" y2="${BOTTOM}" />
    <text x="${LEFT - 8}" y="${y(high) + 4}" text-anchor="end">${numberWords(high)}</text>
    <text x="${LEFT - 8}" y="${y(low) + 4}" text-anchor="end">${numberWords(low)}</text>
    <text x="${LEFT}" y="${BOTTOM + 20}">${momentWords(first.at, last.at)}</text>
    ${last !== first && html`<text x="${RIGHT}" y="${BOTTOM + 20}" text-anchor="end">${momentWords(last.at, first.at)}</text>`}
    ${metric.limit && renderLimit(metric.limit, y(metric.limit.value))}
    <polyline class="series" points="${line}" />
    ${points.map((point) => renderPoint(point, x(point.at), y(point.number)))}
  </svg>`
}

function renderLimit({ words }: NonNullable<MeasuredMetric['limit']>, y: number): Html {
  const above = y > TOP + 16 ? y - 6 : y + 15
  return html`<line class="limit" x1="${LEFT}" y1="${y}" x2="${RIGHT}" y2="${y}" />
    <text class="limit-words" x="${RIGHT}" y="${above}" text-anchor="end">${words}</text>`
}

/** Good and bad differ in shape, too, for whoever does not tell the colours apart. */
function renderPoint({ isGood, value, phase, at }: Point, x: number, y: number): Html {
  const title = html`<title>${value} ${phase}, ${formatTime(at)}</title>`
  return isGood
    ? html`<circle class="point good" cx="${x}" cy="${y}" r="5">${title}</circle>`
    : html`<path class="point bad" d="M${x - 5} ${y - 5}l10 10m0 -10l-10 10">${title}</path>`
}

interface Scales {
  x: (at: number) => number
  y: (value: number) => number
  /** The ends of what is drawn, where the axis is written on. */
  low: number
  high: number
}

function scalesOf(points: readonly Point[], limit: number | undefined): Scales {
  const values = [...points.map(({ number }) => number), ...(limit === undefined ? [] : [limit])]
  const low = Math.min(...values)
  const high = Math.max(...values)
  const times = points.map(({ at }) => at)
  const begun = Math.min(...times)
  const span = Math.max(...times) - begun
  const room = 16
  return {
    low,
    high,
    x: (at) => rounded(span === 0 ? (LEFT + RIGHT) / 2 : LEFT + room + ((at - begun) / span) * (RIGHT - LEFT - 2 * room)),
    // Halved before they are subtracted: two huge values of opposite signs would overflow.
    y: (value) =>
      rounded(
        high === low ? (TOP + BOTTOM) / 2 : BOTTOM - room - ((value / 2 - low / 2) / (high / 2 - low / 2)) * (BOTTOM - TOP - 2 * room),
      ),
  }
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}

/** The time of day, and the day where the other end is on another: a background analysis may last that long. */
function momentWords(at: number, other: number): string {
  const [day = '', time = ''] = formatTime(at).split('T')
  return `${formatTime(other).startsWith(day) ? '' : `${day} `}${time.slice(0, 8)} UTC`
}

function numberWords(value: number): string {
  return String(Number(value.toPrecision(4)))
}

function labelOf({ metric, limit }: MeasuredMetric, points: readonly Point[]): string {
  const bad = points.filter(({ isGood }) => !isGood).length
  return `${metric} over time: ${points.length} measured, ${bad} not good${limit ? `, ${limit.words}` : ''}. The table beside it has each.`
}
