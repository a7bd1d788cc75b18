interface Props {
  id: string;
  value: string;
  options: string[];
  empty: string;
  onChange: (value: string) => void;
}

/** A choice among names; a value that is none of them is kept and shown. */
export function SelectField({ id, value, options, empty, onChange }: Props) {
  const all = value && !options.includes(value) ? [value, ...options] : options;
  return (
    <select id={id} className="select" value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">{empty}</option>
      {all.map((each) => (
        <option key={each} value={each}>
          {each}
        </option>
      ))}
    </select>
  );
}
