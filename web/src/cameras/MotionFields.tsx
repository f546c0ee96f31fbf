import type { CameraForm, FormErrors } from '../domain/cameraForm';
import { Field, Input } from '../ui/field';
import { Slider } from '../ui/slider';
import { Switch } from '../ui/switch';

interface MotionFieldsProps {
  form: CameraForm;
  errors: FormErrors;
  onChange: (change: Partial<CameraForm>) => void;
}

// A slider from 0 to 100 on a logarithmic scale: 0.01 % to 20 % of the picture.
const LEAST_AREA = 0.0001;
const MOST_AREA = 0.2;
export const areaToSlider = (area: number): number =>
  Math.round((Math.log(Math.min(MOST_AREA, Math.max(LEAST_AREA, area)) / LEAST_AREA) / Math.log(MOST_AREA / LEAST_AREA)) * 100);
export const sliderToArea = (value: number): number => Number((LEAST_AREA * (MOST_AREA / LEAST_AREA) ** (value / 100)).toPrecision(2));
export const areaText = (area: number): string => `${Number((area * 100).toPrecision(2))} % of the picture`;

export function MotionFields({ form, errors, onChange }: MotionFieldsProps) {
  const { motion } = form;
  const set = (change: Partial<CameraForm['motion']>) => onChange({ motion: { ...motion, ...change } });
  return (
    <div className="grid gap-4">
      <Switch label="Detect motion" hint="Tells other programs when something moves." checked={motion.enabled} onChange={(enabled) => set({ enabled })} />
      {motion.enabled && (
        <>
          <Slider
            label="Sensitivity"
            hint="More finds smaller contrasts, and more false alarms."
            min={1}
            max={100}
            value={motion.sensitivity}
            text={String(motion.sensitivity)}
            onChange={(sensitivity) => set({ sensitivity })}
          />
          <Slider
            label="Smallest area"
            hint="Smaller movement is ignored."
            min={0}
            max={100}
            value={areaToSlider(motion.minArea)}
            text={areaText(motion.minArea)}
            onChange={(value) => set({ minArea: sliderToArea(value) })}
          />
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="Begins after" hint="Seconds of movement" error={errors.startAfter}>
              {(control) => <Input {...control} className="figures" inputMode="decimal" value={motion.startAfter} onChange={(e) => set({ startAfter: e.target.value })} />}
            </Field>
            <Field label="Ends after" hint="Seconds of quiet" error={errors.endAfter}>
              {(control) => <Input {...control} className="figures" inputMode="decimal" value={motion.endAfter} onChange={(e) => set({ endAfter: e.target.value })} />}
            </Field>
          </div>
          <Switch
            label="Look at every picture"
            hint="Finds short movements, and costs the server more. Off: key frames only."
            checked={motion.everyFrame}
            onChange={(everyFrame) => set({ everyFrame })}
          />
        </>
      )}
    </div>
  );
}
