# Names of contacts: asked of the program itself.
_udpqq_names() {
    local -a all options names
    local i
    all=(${(z)LBUFFER})
    for ((i = 2; i <= $#all; i++)); do
        case ${(Q)all[i]} in
            --profile) options=(--profile ${~${(Q)all[i + 1]}}) ;;
            --profile=*) options=(--profile ${~${${(Q)all[i]}#--profile=}}) ;;
        esac
    done
    names=(${(f)"$(command ${~${(Q)all[1]}} $options contacts names 2>/dev/null)"})
    (( $#names )) && compadd -a names
}

