
# Names of contacts, where one is expected: asked of the program itself.
_udpqq_with_names() {
    local cur="${COMP_WORDS[COMP_CWORD]}" path= skipped= word i quote= name c
    local -a options=() found=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        word="${COMP_WORDS[i]}"
        if [[ -n "$skipped" && "$word" != "=" ]]; then
            [[ "$skipped" == --profile ]] && options=(--profile "${word/#\~/$HOME}")
            skipped=
            continue
        fi
        case "$word" in
            =) ;;
            @OPTIONS@) skipped="$word" ;;
            -*) [[ "${COMP_WORDS[i + 1]}" == "=" ]] && skipped="$word" ;;
            *) path="$path $word" ;;
        esac
    done
    case "$skipped$cur$path" in
        -*) path=none ;;
    esac
    case "$path" in
        @PATHS@) ;;
        *) _udpqq "$@"; return ;;
    esac
    case "$cur" in
        \"* | \'*) quote="${cur:0:1}" cur="${cur:1}" ;;
        *) cur="${cur//\\/}" ;;
    esac
    while IFS= read -r word; do
        [[ "${word:0:${#cur}}" == "$cur" ]] || continue
        name="$word"
        if [[ -z "$quote" ]]; then
            name=
            for ((i = 0; i < ${#word}; i++)); do
                c="${word:i:1}"
                case "$c" in
                    [\ \!\"\#\$\&\'\(\)\*\:\;\<\=\>\?\[\\\]\^\`\{\|\}\~]) name+="\\$c" ;;
                    *) name+="$c" ;;
                esac
            done
        fi
        found+=("$name")
    done < <(command "${COMP_WORDS[0]/#\~/$HOME}" ${options[@]+"${options[@]}"} contacts names 2>/dev/null)
    if [[ -z "$path" || ${#found[@]} -eq 0 ]]; then
        _udpqq "$@"
    else
        COMPREPLY=()
    fi
    COMPREPLY+=(${found[@]+"${found[@]}"})
}

complete -F _udpqq_with_names -o bashdefault -o default udpqq
