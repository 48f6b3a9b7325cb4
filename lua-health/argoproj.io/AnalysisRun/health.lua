-- Health of an argoproj.io/AnalysisRun.
--
-- A run that did not succeed leads with the measurement that decided it, then " — ", then the controller's own message,
-- unchanged. Needs no library beyond the base one, and never raises an error whatever the object looks like.

local NONE = {}
-- A web metric's value can be a whole response body; longer values than this (in bytes) are left out.
local MAX_VALUE_LENGTH = 200

local function tableOf(value)
  if type(value) == "table" then
    return value
  end
  return NONE
end

local function textOf(value)
  if type(value) == "string" and value ~= "" then
    return value
  end
  return nil
end

local run = tableOf(obj)
local spec = tableOf(run.spec)
local status = tableOf(run.status)
local phase = status.phase

local function metricSpec(name)
  local metrics = tableOf(spec.metrics)
  for i = 1, #metrics do
    local metric = tableOf(metrics[i])
    if metric.name == name then
      return metric
    end
  end
  return NONE
end

-- The condition that the value was held against. A value that met neither condition is inconclusive: both count.
local function conditionWords(metric)
  local success, failure = textOf(metric.successCondition), textOf(metric.failureCondition)
  if success ~= nil and failure ~= nil then
    return " (success: " .. success .. ", failure: " .. failure .. ")"
  end
  if success ~= nil then
    return " (success: " .. success .. ")"
  end
  if failure ~= nil then
    return " (failure: " .. failure .. ")"
  end
  return ""
end

-- The last measurement that ended like the run: a later one may have been cut short.
local function decisiveValue(result)
  local measurements = tableOf(result.measurements)
  for i = #measurements, 1, -1 do
    local measurement = tableOf(measurements[i])
    if measurement.phase == phase then
      return textOf(measurement.value)
    end
  end
  return nil
end

-- The first metric that ended like the run; a dry-run metric decides nothing.
local function decisiveMeasurement()
  local results = tableOf(status.metricResults)
  for i = 1, #results do
    local result = tableOf(results[i])
    local name = textOf(result.name)
    if name ~= nil and result.phase == phase and result.dryRun ~= true then
      local value = decisiveValue(result)
      if value == nil or #value > MAX_VALUE_LENGTH then
        return nil
      end
      return name .. " measured " .. value .. conditionWords(metricSpec(name))
    end
  end
  return nil
end

local function ended(code, default)
  local message = textOf(status.message) or default
  local lead = decisiveMeasurement()
  if lead == nil then
    return { status = code, message = message }
  end
  return { status = code, message = lead .. " — " .. message }
end

-- The controller creates a run with an empty phase and fills it in with its first write.
if phase == nil or phase == "" then
  return { status = "Progressing", message = "Waiting for analysis run to finish: status has not been reconciled." }
end
if phase == "Pending" or phase == "Running" then
  return { status = "Progressing", message = "Analysis run is running" }
end
if phase == "Successful" then
  return { status = "Healthy", message = textOf(status.message) or "Analysis run completed successfully" }
end
if phase == "Failed" then
  return ended("Degraded", "Analysis run failed")
end
if phase == "Error" then
  return ended("Degraded", "Analysis run had an error")
end
if phase == "Inconclusive" then
  return ended("Unknown", "Analysis run was inconclusive")
end
if type(phase) == "string" then
  return { status = "Unknown", message = 'Unknown phase "' .. phase .. '"' }
end
return { status = "Unknown", message = "The phase in the status is not text" }
