import { labelsOf, RATE_MODES, RATE_WORDS, type RateMode } from '../domain/analysisForm';
import type { CameraForm, FormErrors } from '../domain/cameraForm';
import { strangeLabels } from '../domain/performance';
import { useModels } from '../queries/analysis';
import { Field, Input, Select } from '../ui/field';
import { Slider } from '../ui/slider';
import { Switch } from '../ui/switch';
import { ModelField } from './ModelField';

interface AnalysisFieldsProps {
  form: CameraForm;
  errors: FormErrors;
  onChange: (change: Partial<CameraForm>) => void;
}

// What is looked for in the pictures, and how often.
export function AnalysisFields({ form, errors, onChange }: AnalysisFieldsProps) {
  const { analysis } = form;
  const set = (change: Partial<CameraForm['analysis']>) => onChange({ analysis: { ...analysis, ...change } });
  const strange = strangeLabels(labelsOf(analysis.classes), useModels().data?.models ?? [], analysis.model);
  const rated = analysis.mode === 'adaptive' || analysis.mode === 'fixed_fps';
  return (
    <div className="grid gap-4">
      <Switch
        label="Detect objects"
        hint="Finds people, vehicles and things, and follows each of them from frame to frame."
        checked={analysis.enabled}
        onChange={(enabled) => set({ enabled })}
      />
      {analysis.enabled && (
        <>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="Frames" hint={RATE_WORDS[analysis.mode].hint}>
              {(control) => (
                <Select {...control} value={analysis.mode} onChange={(e) => set({ mode: e.target.value as RateMode })}>
                  {RATE_MODES.map((mode) => (
                    <option key={mode} value={mode}>
                      {RATE_WORDS[mode].word}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            {rated && (
              <Field label="At most" hint="Frames a second" error={errors.analysisFps}>
                {(control) => <Input {...control} className="figures" inputMode="decimal" value={analysis.fps} onChange={(e) => set({ fps: e.target.value })} />}
              </Field>
            )}
            {analysis.mode === 'every_nth' && (
              <Field label="One in" hint="Frames" error={errors.analysisNth}>
                {(control) => <Input {...control} className="figures" inputMode="numeric" value={analysis.nth} onChange={(e) => set({ nth: e.target.value })} />}
              </Field>
            )}
          </div>
          <Field label="Look for" optional hint="Labels separated by commas, such as: person, car. Empty: everything that the model knows." error={errors.classes}>
            {(control) => <Input {...control} autoCapitalize="none" value={analysis.classes} onChange={(e) => set({ classes: e.target.value })} />}
          </Field>
          {strange.length > 0 && <p className="text-meta text-warn">{`The model does not know ${strange.map((label) => `“${label}”`).join(', ')}: nothing of the kind will be found.`}</p>}
          <Slider
            label="Confidence"
            hint="Below it, nothing begins to be followed. Lower finds more, and errs more often."
            min={1}
            max={100}
            value={Math.round(analysis.confidence * 100)}
            text={`${Math.round(analysis.confidence * 100)} %`}
            onChange={(value) => set({ confidence: value / 100 })}
          />
          <ModelField model={analysis.model} error={errors.model} onChange={(model) => set({ model })} />
          <Switch label="Only where something moves" hint="Frames in which nothing moves are not given to the detector." checked={analysis.motionGate} onChange={(motionGate) => set({ motionGate })} />
          <Switch label="Small objects" hint="Looks at overlapping tiles as well as at the whole picture: several times the cost." checked={analysis.tiling} onChange={(tiling) => set({ tiling })} />
          <Switch label="Number plates" checked={analysis.plates} onChange={(plates) => set({ plates })} />
          <Switch label="Describe the scene" checked={analysis.scene} onChange={(scene) => set({ scene })} />
          <Switch
            label="Recognise people again"
            hint="By their looks, on this and other cameras; always a likeness, never a certainty."
            checked={analysis.appearance}
            onChange={(appearance) => set({ appearance })}
          />
          <Switch label="Clothing, gender, age" hint="Who switches this on is written to the log." checked={analysis.attributes} onChange={(attributes) => set({ attributes })} />
        </>
      )}
    </div>
  );
}
